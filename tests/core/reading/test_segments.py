"""Pieces of ink to digits, and digits to lines, with boxes (left, top, right, bottom) laid out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.reading.segments import group_pieces, reading_order

TOGETHER = {
    "a stroke across a 7": [(0, 0, 60, 100), (10, 48, 55, 52)],
    "the bar of a 5, a little above": [(0, 10, 50, 100), (20, 0, 70, 6)],
    "the bar of a 5, at its side": [(0, 10, 40, 100), (39, 0, 80, 8)],
    "the two circles of an 8": [(0, 0, 50, 48), (-3, 52, 53, 104)],
    "the foot of an open 4": [(0, 0, 50, 60), (54, 40, 60, 80)],
}
APART = {
    "4 and 2": [(0, 0, 60, 100), (70, 0, 130, 100)],
    "1 and 1, close": [(0, 0, 6, 100), (12, 0, 18, 100)],
    "leaning neighbours": [(0, 0, 60, 100), (50, 0, 110, 100)],
    "one line above another": [(0, 0, 60, 100), (0, 130, 60, 230)],
    "a 1 after a lower 0": [(0, 40, 50, 100), (70, 0, 76, 100)],
}


@pytest.mark.parametrize("name", TOGETHER)
def test_pieces_of_one_digit_stay_together(name):
    assert group_pieces(np.array(TOGETHER[name], float)) == [[0, 1]]
    assert group_pieces(np.array(TOGETHER[name][::-1], float)) == [[0, 1]]


@pytest.mark.parametrize("name", APART)
def test_neighbours_stay_apart(name):
    assert group_pieces(np.array(APART[name], float)) == [[0], [1]]


def test_touching_pieces_stay_together_wherever_they_are():
    assert group_pieces(np.array(APART["4 and 2"], float), [(0, 1)]) == [[0, 1]]


def test_a_tilted_line_is_one_line():
    boxes = np.array([(x, 0.3 * x, x + 60, 0.3 * x + 100) for x in range(0, 1000, 90)])
    assert reading_order(boxes[::-1]) == [list(range(len(boxes)))[::-1]]


def test_two_tilted_lines_are_two():
    upper = [(x, 0.1 * x, x + 60, 0.1 * x + 100) for x in range(0, 800, 90)]
    lower = [(x, y + 160, right, bottom + 160) for x, y, right, bottom in upper]
    order = reading_order(np.array(upper + lower, float))
    assert order == [list(range(9)), list(range(9, 18))]
