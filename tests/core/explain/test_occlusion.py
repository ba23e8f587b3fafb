from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core.errors import ParameterError
from core.explain.occlusion import covered, occlusion


def ink_at(row: int, column: int) -> tuple[Callable[[np.ndarray], np.ndarray], list[int]]:
    """A model that reads 7 as surely as one pixel is inked, else 1; and counts how often it is asked."""
    calls: list[int] = []

    def predict(images: np.ndarray) -> np.ndarray:
        calls.append(len(images))
        rows = np.zeros((len(images), 10))
        rows[:, 7] = images[:, row, column] / 255
        rows[:, 1] = 1 - rows[:, 7]
        return rows

    return predict, calls


def test_only_what_covers_the_deciding_pixel_costs() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10:18, 12:16] = 255
    predict, calls = ink_at(14, 13)
    found = occlusion(predict, image, square=6)
    assert (found.digit, found.probability, found.worst_fall, found.worst_digit) == (7, 1.0, 1.0, 1)
    assert len(calls) == 1
    assert found.fall[14, 13] == 1.0
    assert found.fall.max() <= 1.0
    assert found.fall[14, 27] == 0.0  # no square from here reaches the pixel
    row, column = found.worst
    assert row <= 14 < row + 6 and column <= 13 < column + 6


def test_each_pixel_holds_the_mean_of_the_squares_over_it() -> None:
    image = np.full((28, 28), 255, np.uint8)
    predict, _ = ink_at(0, 0)
    found = occlusion(predict, image, square=4)
    assert found.fall[0, 0] == 1.0  # one square covers the corner, and it costs all
    assert found.fall[3, 3] == pytest.approx(1 / 4)  # squares from 0 and 2 along both ways, one of the four costs
    assert found.fall[10, 10] == 0.0


def test_another_digit_can_be_watched() -> None:
    image = np.full((28, 28), 255, np.uint8)
    predict, _ = ink_at(0, 0)
    assert occlusion(predict, image, 1, square=4).fall[0, 0] == -1.0


def test_a_blank_picture_has_nothing_to_cover() -> None:
    predict, _ = ink_at(0, 0)
    found = occlusion(predict, np.zeros((28, 28), np.uint8))
    assert not found.fall.any()
    assert (found.worst, found.worst_fall, found.worst_digit) == ((0, 0), 0.0, 1)


def test_squares_reach_every_pixel_and_the_picture_stays_as_it_was() -> None:
    image = np.full((28, 28), 9, np.uint8)
    for square in (1, 5, 6, 28):
        corners, pictures = covered(image, square)
        assert (pictures == 0).reshape(len(corners), -1).sum(axis=1).tolist() == [square * square] * len(corners)
        if square > 1:
            assert (pictures == 0).any(axis=0).all()
    assert (image == 9).all()


@pytest.mark.parametrize("square", [0, 29])
def test_the_square_has_a_range(square: int) -> None:
    with pytest.raises(ParameterError, match=f"`square` must be between 1 and 28; got {square}"):
        occlusion(ink_at(0, 0)[0], np.zeros((28, 28), np.uint8), square=square)
