from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.errors import ParameterError
from core.explain.morph import crossing, morph, share_of_second


def disc(radius: int) -> np.ndarray:
    return cv2.circle(np.zeros((28, 28), np.uint8), (14, 14), radius, 255, -1)


def bar(row: int) -> np.ndarray:
    image = np.zeros((28, 28), np.uint8)
    image[row : row + 4, 6:22] = 255
    return image


@pytest.mark.parametrize("way", ["shape", "pixels"])
def test_the_way_begins_and_ends_at_the_pictures(way: str) -> None:
    frames = morph(disc(9), bar(12), way, steps=11)
    assert frames.shape == (11, 28, 28) and frames.dtype == np.uint8
    np.testing.assert_array_equal(frames[[0, -1]], [disc(9), bar(12)])


def test_shapes_move_where_pixels_fade() -> None:
    """Half way from a disc of radius 4 to one of radius 10 is a disc of radius 7, with full ink and a sharp edge."""
    half = morph(disc(4), disc(10), "shape", steps=3)[1]
    assert (half > 127).sum() == pytest.approx(np.pi * 7**2, rel=0.05)
    assert half[14, 20] > 200 and half[14, 23] == 0
    faded = morph(disc(4), disc(10), "pixels", steps=3)[1]
    assert faded[14, 14] == 255 and faded[14, 23] == 128


def test_another_way_is_refused() -> None:
    with pytest.raises(ParameterError, match="`way` must be one of shape, pixels; got sound"):
        morph(disc(4), disc(5), "sound")


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.0, 0.25, 0.75, 1.0], 0.5),
        ([0.1, 0.2, 0.4, 0.9], (2 + 0.1 / 0.5) / 3),
        ([0.1, 0.2, 0.3], None),
        ([0.1, 0.9, 0.2, 0.8], (2 + 0.3 / 0.6) / 3),
    ],
)
def test_a_model_changes_its_mind_where_its_line_crosses_the_middle(shares: list[float], expected: float) -> None:
    found = crossing(np.array(shares))
    assert found is expected or found == pytest.approx(expected)


def test_the_share_is_of_the_two_digits_only() -> None:
    rows = np.array([[0.5, 0.2, 0.3], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(share_of_second(rows, 1, 2), [0.6, 1.0], atol=1e-9)
