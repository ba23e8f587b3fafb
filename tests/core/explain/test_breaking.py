from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.explain.breaking import DIALS, Damage, spoil, sweep, thickened, turn


@pytest.fixture
def bar() -> np.ndarray:
    """An upright bar, 4 pixels wide."""
    image = np.zeros((28, 28), np.uint8)
    image[6:22, 12:16] = 255
    return image


def test_no_damage_changes_nothing(bar):
    np.testing.assert_array_equal(spoil(bar, Damage()), bar)


def test_a_quarter_turn_and_a_shift(bar):
    np.testing.assert_array_equal(spoil(bar, Damage(rotate=90)), np.rot90(bar, -1))
    np.testing.assert_array_equal(spoil(bar, Damage(shift=5)), np.roll(bar, 5, axis=1))


@pytest.mark.parametrize("amount", [-2, 2, 4])
def test_strokes_widen_by_so_many_pixels(bar, amount):
    width = thickened(bar, amount)[14].sum() / 255
    assert width == pytest.approx(4 + amount, abs=0.3)


def test_noise_has_its_strength():
    grey = np.full((28, 28), 128, np.uint8)
    assert spoil(grey, Damage(noise=0.1)).std() == pytest.approx(25.5, rel=0.1)
    np.testing.assert_array_equal(spoil(grey, Damage(noise=0.1)), spoil(grey, Damage(noise=0.1)))


def test_every_dial_has_a_whole_digit_in_it(bar):
    for dial in DIALS:
        assert 0 in dial.amounts
        assert (dial.amounts[0], dial.amounts[-1]) == (dial.low, dial.high)
        assert sweep(lambda images: np.zeros((len(images), 10)), bar, Damage(), dial).shape == (len(dial.amounts), 10)


def test_turning_points_are_the_nearest_changes():
    answers = np.eye(10)[[3, 2, 2, 7, 7, 7, 1, 7, 9]]
    found = turn(np.arange(-4, 5), answers)
    assert (found.read, found.below, found.below_read, found.above, found.above_read) == (7, -2, 2, 2, 1)
    assert turn(np.arange(5), np.eye(10)[[7] * 5]).above is None


def test_the_picture_is_left_alone(bar):
    before = bar.copy()
    spoil(bar, Damage(30, 3, 1, 0.2))
    np.testing.assert_array_equal(bar, before)
    assert cv2.countNonZero(bar) == 64
