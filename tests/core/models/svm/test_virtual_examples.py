from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.models.svm.virtual_examples import SHIFTS_8, TRANSFORMS, Transform, transformed

PICTURE = np.random.default_rng(0).integers(0, 255, (2, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize("transform", SHIFTS_8)
def test_shift_is_a_roll_with_black_edges(transform: Transform) -> None:
    right, down = int(transform.right), int(transform.down)
    padded = np.pad(PICTURE, ((0, 0), (1, 1), (1, 1)))
    np.testing.assert_array_equal(
        transformed(PICTURE, transform), padded[:, 1 - down : 29 - down, 1 - right : 29 - right]
    )


def test_no_move_changes_nothing() -> None:
    np.testing.assert_array_equal(transformed(PICTURE, Transform()), PICTURE)


def test_quarter_turn_is_clockwise() -> None:
    np.testing.assert_allclose(
        transformed(PICTURE, Transform(degrees=90)).astype(int), np.rot90(PICTURE, -1, axes=(1, 2)).astype(int), atol=2
    )


@pytest.mark.parametrize("scale", [0.5, 1.5])
def test_scale_multiplies_the_area(scale: float) -> None:
    square = np.zeros((1, 28, 28), np.uint8)
    cv2.rectangle(square[0], (8, 8), (19, 19), 255, -1)
    ratio = transformed(square, Transform(scale=scale)).sum() / square.sum()
    assert ratio == pytest.approx(scale**2, rel=0.05)


def test_eight_shifts_are_all_neighbours() -> None:
    assert len({(transform.right, transform.down) for transform in TRANSFORMS["shifts_8"]}) == 8
