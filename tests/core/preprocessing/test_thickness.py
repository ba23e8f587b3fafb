from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy import ndimage

from core.data.sample import load_sample
from core.preprocessing.thickness import stroke_width, thin

DIGITS = load_sample().train.images[:40]


def test_thinned_shapes_keep_their_pieces_and_holes() -> None:
    for digit in DIGITS:
        shape = (digit > 127).astype(np.uint8)
        line = thin(shape)
        assert (line <= shape).all()
        for part in (lambda ink: ndimage.label(ink, np.ones((3, 3)))[1], lambda ink: ndimage.label(ink == 0)[1]):
            assert part(line) == part(shape)


def test_thinned_lines_are_one_pixel_wide_and_stay() -> None:
    for digit in DIGITS:
        line = thin((digit > 127).astype(np.uint8))
        assert not ndimage.binary_erosion(line, np.ones((2, 2))).any() or line.sum() < 2 * thin(line).sum()
        assert np.array_equal(thin(line), line)


@pytest.mark.parametrize("drawn", [2, 5])
@pytest.mark.parametrize("width", [1.5, 3.0, 5.0])
def test_a_bar_of_any_width_gets_the_wanted_one(drawn: int, width: float) -> None:
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 4:24, 13 : 13 + drawn] = 255
    across = stroke_width(images, width)[0, 10:18].sum(axis=1) / 255
    assert across == pytest.approx(width, abs=0.6)


def test_thick_and_thin_digits_become_alike() -> None:
    def ink(images: np.ndarray) -> np.ndarray:
        return np.array([image.sum() / 255 for image in images])

    thick = np.stack([cv2.dilate(image, np.ones((3, 3), np.uint8)) for image in DIGITS])
    before, after = ink(thick) / ink(DIGITS), ink(stroke_width(thick)) / ink(stroke_width(DIGITS))
    assert np.median(np.abs(after - 1)) < 0.2 < 0.5 < np.median(np.abs(before - 1))


def test_pictures_without_a_line_stay() -> None:
    odd = np.stack([np.zeros((28, 28), np.uint8), np.full((28, 28), 90, np.uint8)])
    assert np.array_equal(stroke_width(odd), odd)
    assert stroke_width(np.full((1, 28, 28), 255, np.uint8)).shape == (1, 28, 28)
