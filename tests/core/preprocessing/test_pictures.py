from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.data.sample import load_sample
from core.preprocessing.pictures import centre, deskew, moments, resize, warp

DIGITS = load_sample().train.images[:200]
PICTURES = arrays(np.uint8, st.tuples(st.integers(1, 3), st.just(28), st.just(28)))
ODD = np.stack([np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8), np.eye(28, dtype=np.uint8)])


def one_pixel(row: int, column: int) -> np.ndarray:
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, row, column] = 255
    return images


@settings(max_examples=30, deadline=None)
@given(PICTURES)
def test_moments_are_those_of_opencv(images: np.ndarray) -> None:
    found = np.stack(moments(images), axis=1)
    for image, (mass, x, y, xx, xy, yy) in zip(images, found, strict=True):
        known = cv2.moments(image)
        assert mass == known["m00"]
        if mass:
            assert (x, y) == pytest.approx((known["m10"] / mass, known["m01"] / mass))
            assert (xx, xy, yy) == pytest.approx((known["mu20"], known["mu11"], known["mu02"]), rel=1e-6, abs=1e-3)


def test_deskew_is_the_warp_of_the_opencv_tutorial() -> None:
    for image, upright in zip(DIGITS, deskew(DIGITS, interpolation="linear", max_angle=60), strict=True):
        known = cv2.moments(image)
        slant, y = known["mu11"] / known["mu02"], known["m01"] / known["m00"]
        shear = np.array([[1, slant, -slant * y], [0, 1, 0]])
        expected = cv2.warpAffine(image, shear, (28, 28), flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR)
        assert np.abs(upright.astype(int) - expected).max() <= 10  # OpenCV rounds places to a 32nd of a pixel


def test_deskewed_digits_stand_upright() -> None:
    def slant(images: np.ndarray) -> np.ndarray:
        *_, xy, yy = moments(images)
        return np.abs(xy / yy)

    assert np.median(slant(deskew(DIGITS))) < 0.01 < 0.1 < np.median(slant(DIGITS))
    assert np.median(slant(deskew(DIGITS, strength=0.5))) == pytest.approx(np.median(slant(DIGITS)) / 2, rel=0.15)


@settings(max_examples=30, deadline=None)
@given(PICTURES)
def test_centring_twice_moves_less_than_half_a_pixel(images: np.ndarray) -> None:
    once = centre(images)
    assert np.array_equal(centre(once), once)
    assert np.array_equal(np.sort(once.reshape(len(once), -1)), np.sort(images.reshape(len(images), -1)))


@pytest.mark.parametrize("subpixel", [False, True])
def test_centred_digits_are_within_half_a_pixel_of_the_middle(subpixel: bool) -> None:
    moved = np.stack([np.roll(image, (5, -4), axis=(0, 1)) for image in resize(DIGITS, margin=6)])
    once = centre(moved, subpixel=subpixel)
    _, x, y, *_ = moments(once)
    assert np.abs(x - 13.5).max() <= 0.51 and np.abs(y - 13.5).max() <= 0.51
    _, again_x, again_y, *_ = moments(centre(once, subpixel=subpixel))
    assert np.abs(again_x - x).max() < 0.5 and np.abs(again_y - y).max() < 0.5


@given(st.integers(0, 27), st.integers(0, 27))
@settings(max_examples=20, deadline=None)
def test_one_pixel_goes_to_the_middle(row: int, column: int) -> None:
    (place,) = np.argwhere(centre(one_pixel(row, column))[0])
    assert np.abs(place - 13.5).max() == 0.5
    assert np.array_equal(deskew(one_pixel(row, column)), one_pixel(row, column))


def test_blank_and_full_pictures_stay() -> None:
    for change in (deskew, centre):
        assert np.array_equal(change(ODD[:2]), ODD[:2])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(8, 32), st.integers(0, 2), st.sampled_from(["nearest", "linear", "cubic", "area"]), st.integers(0, 255)
)
def test_resize_pads_and_keeps_a_flat_grey(size: int, margin: int, interpolation: str, grey: int) -> None:
    resized = resize(np.full((2, 28, 28), grey, np.uint8), size, margin, interpolation)
    expected = np.zeros((2, size, size), np.uint8)
    expected[:, margin : size - margin, margin : size - margin] = grey
    assert np.array_equal(resized, expected)


def test_resize_to_half_by_area_is_the_mean_of_four() -> None:
    means = DIGITS.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    assert np.abs(resize(DIGITS, 14) - means).max() <= 0.5


@pytest.mark.parametrize("interpolation", ["nearest", "linear", "cubic"])
def test_warp_by_whole_pixels_is_a_shift_that_brings_nothing_of_a_neighbour(interpolation: str) -> None:
    images = np.random.default_rng(0).integers(0, 256, (1200, 28, 28), np.uint8)
    y, x = np.mgrid[:28, :28].astype(np.float32)
    moved = warp(images, np.broadcast_to(x + 2, images.shape), np.broadcast_to(y - 3, images.shape), interpolation)
    expected = np.zeros_like(images)
    expected[:, 3:, :-2] = images[:, :-3, 2:]
    assert np.array_equal(moved, expected)
