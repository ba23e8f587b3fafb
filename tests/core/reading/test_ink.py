"""Which way ink differs from its paper."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.reading.ink import Ink, inks, mended


def ring(paper: int, ink: int) -> np.ndarray:
    picture = np.full((200, 200, 3), paper, np.uint8)
    cv2.ellipse(picture, (100, 100), (25, 40), 0, 0, 360, (ink, ink, ink), 30)
    return picture


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (250, 90), (0, 255), (10, 140)])
def test_what_a_stroke_encloses_is_no_ink(paper: int, ink: int):
    found = list(inks(ring(paper, ink)))
    assert found
    assert not any(way.mask[97:103, 97:103].any() for way in found)


def test_a_sheet_on_a_table_may_hold_ink_of_either_kind():
    picture = np.full((200, 200, 3), 40, np.uint8)
    picture[20:180, 20:180] = 230
    cv2.line(picture, (100, 60), (100, 140), (0, 0, 0), 8)
    assert any(way.mask[100, 100] and not way.mask[100, 60] for way in inks(picture))


def test_filling_gaps_leaves_small_loops_open():
    strength = np.zeros((120, 120), np.uint8)
    cv2.circle(strength, (60, 40), 16, 255, 14)
    cv2.line(strength, (60, 80), (60, 112), 255, 14)  # the stem of a 9, broken off
    ink = Ink(strength, (strength > 0).astype(np.uint8))
    mask = mended(ink, 1.5).mask
    assert mask[68, 60] and not ink.mask[68, 60]
    assert not mask[38:43, 58:63].any()


def test_where_light_is_even_nothing_of_a_thick_stroke_is_taken_for_paper():
    picture = np.full((28, 28, 3), 255, np.uint8)
    cv2.polylines(picture, [np.array([[5, 10], [14, 4], [18, 24]], np.int32)], False, (255, 110, 200), 4)
    (only,) = inks(picture)
    np.testing.assert_array_equal(only.mask > 0, (picture != 255).any(axis=2))
