"""Pictures with what is no writing in them, and writing that looks like dust."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.benchmarks.pictures import as_png
from core.data.sample import read_sample
from core.reading.chain import Chain, Character, Part
from core.reading.hypothesis import Hypothesis
from core.reading.ink import Ink
from core.reading.picture import read_picture
from tests.core.reading.reading_network import network


def text_of(picture: np.ndarray) -> str:
    return read_picture(as_png(np.clip(picture, 0, 255).astype(np.uint8)), network()).text


def page(size: int) -> tuple[np.ndarray, str]:
    """Ink of two lines of three digits, (h, w) float 0 to 1, and what they say."""
    images, labels = read_sample()
    places = [3, 503, 1003, 2003, 3003, 3503]
    large = [cv2.resize(images[place], (size, size), interpolation=cv2.INTER_CUBIC) / 255 for place in places]
    ink = np.vstack([np.hstack(large[:3]), np.hstack(large[3:])])
    text = "".join(str(labels[place]) for place in places)
    return np.pad(ink, size), f"{text[:3]}\n{text[3:]}"


def test_the_pieces_of_a_small_broken_digit_are_no_dust():
    picture = np.zeros((32, 32), np.uint8)
    cv2.line(picture, (26, 1), (14, 28), 255, 2)
    for left, right in ((5, 9), (11, 11), (13, 14), (16, 22)):
        picture[1, left : right + 1] = 255
    assert text_of(picture) == "7"


def test_a_shadow_in_the_corner_is_no_line_of_writing():
    ink, text = page(90)
    ink[:105, -12:] = ink[:8, -60:] = 1.0
    assert text_of(230 - 190 * ink) == text


def test_thin_writing_is_read_on_grainy_paper():
    ink, text = page(60)
    thin = cv2.erode(ink, np.ones((2, 2)))
    grain = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 1, ink.shape), (0, 0), 0.7)
    assert text_of(190 - 60 * thin + 10 * grain / grain.std()) == text


def test_digits_in_the_cells_of_a_grid_are_read_without_it():
    ink, text = page(20)
    for place in range(20, 81, 20):
        ink[18:61, place - 1 : place + 1] = 1
    for place in range(20, 61, 20):
        ink[place - 1 : place + 1, 18:81] = 1
    assert text_of(255 - 220 * cv2.warpAffine(ink, cv2.getRotationMatrix2D((50, 40), 2, 1), ink.shape[::-1])) == text


def test_a_zero_with_specks_inside_is_no_frame():
    images, labels = read_sample()
    large = cv2.resize(images[np.flatnonzero(labels == 0)[0]], None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC)
    large[90:97, 108:112] = large[108:115, 112:116] = 255
    assert text_of(255 - np.pad(large, 30)) == "0"


@pytest.mark.parametrize(("pen", "reach", "rise", "lean"), [(12, 90, 110, 0), (14, 80, 100, 10)])
def test_a_lone_piece_as_wide_as_one_digit_stays_one(pen, reach, rise, lean):
    picture = np.full((200, 240), 255, np.uint8)  # a 1 with a long upstroke, which reads as two 1s that meet
    corners = [[60, 40 + rise], [60 + reach, 40], [60 + reach + lean, 160]]
    cv2.polylines(picture, [np.array(corners, np.int32)], False, 0, pen)
    assert text_of(picture) == "1"


@pytest.mark.parametrize(("width", "blur"), [(4, 0.4), (5, 0.6)])
def test_a_thick_stroke_is_no_sheet_with_writing(width, blur):
    stroke = np.zeros((16, 16))
    stroke[:, 6 : 6 + width] = 1
    small = cv2.GaussianBlur(stroke, (0, 0), blur)
    large = cv2.resize((255 * small / small.max()).astype(np.uint8), None, fx=8, fy=8, interpolation=cv2.INTER_LINEAR)
    assert text_of(255.0 - np.pad(large, 40)) == "1"


def test_several_digits_of_a_line_narrower_than_high_are_less_likely():
    def of(width: int, lines: int) -> Hypothesis:
        share = np.ones((100, 10), np.float32)
        parts = [Part(np.array([x, 0, x + 10, 100]), share, 1000.0, 0, False) for x in (0, width - 10)]
        digits = tuple(
            Character((part,), np.zeros((100, 10), np.uint8), np.zeros((28, 28), np.uint8)) for part in parts
        )
        chain = Chain((digits,) if lines == 1 else tuple((digit,) for digit in digits), 0.8)
        ink = np.zeros((100, width), np.uint8)
        return Hypothesis(Ink(ink, ink), np.eye(3), 1.0, 0, chain)

    assert of(40, 1).rank < of(80, 1).rank < of(120, 1).rank == of(240, 1).rank
    assert of(40, 2).rank == of(120, 1).rank  # a column of digits is no line


def large(digit: int, side: int = 56) -> np.ndarray:
    """Ink of the first digit of its kind in the sample, cut close, (h, w) float 0 to 1."""
    images, labels = read_sample()
    ink = cv2.resize(images[np.flatnonzero(labels == digit)[0]], (side, side), interpolation=cv2.INTER_CUBIC)
    x, y, width, height = cv2.boundingRect((ink > 127).astype(np.uint8))
    return ink[y : y + height, x : x + width] / 255


@pytest.mark.parametrize("digit", [2, 5])
def test_pieces_of_neighbours_in_a_close_crop_are_left_out(digit: int):
    thick = cv2.dilate((large(digit, 84) > 0.5).astype(np.uint8), np.ones((5, 5), np.uint8))
    ink = np.pad(thick, ((2, 2), (9, 9)))
    height = len(ink)
    ink[: height // 4, -8:] = ink[height // 2 : height // 2 + height // 3, :8] = 1
    look = read_picture(as_png(255 - 255 * ink), network())
    assert (look.text, look.strange.any()) == (str(digit), False)
