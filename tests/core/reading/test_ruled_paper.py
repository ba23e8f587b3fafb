"""Ruled lines are taken out of the ink, and strokes that run along them are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.data.sample import read_sample
from core.reading.ink import Ink
from core.reading.ruled_paper import without_ruling


def digits_on_a_line(line: int, digits: tuple[int, ...] = (2, 8, 5)) -> tuple[np.ndarray, np.ndarray]:
    """Strength (120, 240) uint8 of digits whose feet stand on a ruled line of a strength, and where their ink is."""
    images, labels = read_sample()
    ink = np.zeros((120, 240), np.uint8)
    for place, digit in enumerate(digits):
        large = cv2.resize(images[np.flatnonzero(labels == digit)[0]], (84, 84), interpolation=cv2.INTER_CUBIC)
        _, y, _, height = cv2.boundingRect((large > 127).astype(np.uint8))
        ink[90 - height : 90, 70 * place : 70 * place + 84] |= large[y : y + height]
    strength = ink.copy()
    strength[85:88] = np.maximum(strength[85:88], line)
    return strength, ink > 150


@pytest.mark.parametrize("line", [80, 120])
def test_a_stroke_along_a_paler_line_stays(line: int):
    strength, digits = digits_on_a_line(line)
    left = without_ruling(Ink(strength, (strength > 50).astype(np.uint8)))
    assert left is not None
    assert (left.mask[digits] > 0).mean() > 0.97
    assert not left.mask[85:88, :8].any()  # the line itself is gone


def test_a_line_as_dark_as_the_ink_is_gone():
    strength, _ = digits_on_a_line(255)
    left = without_ruling(Ink(strength, (strength > 50).astype(np.uint8)))
    assert left is not None
    assert not left.mask[85:88, :8].any()


def test_ink_without_lines_stays_as_it_is():
    strength, _ = digits_on_a_line(0)
    assert without_ruling(Ink(strength, (strength > 50).astype(np.uint8))) is None
