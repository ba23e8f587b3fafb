from __future__ import annotations

import pytest

from core.ui.components.matrix import choice, clicked_cell, digit


@pytest.mark.parametrize(
    ("marked", "cell"),
    [
        ([4, 9], (4, 9)),
        ({"0": 4, "1": 9}, (4, 9)),
        ([3, -1], (3, None)),
        ([-1, 7], (None, 7)),
        ([None, None], (None, None)),
        ([0.0, 0.0], (0, 0)),
    ],
)
def test_clicked_cell_reads_what_the_chart_marked(marked, cell):
    assert clicked_cell([{"customdata": marked}]) == cell


def test_no_point_is_no_cell():
    assert clicked_cell([]) is None


@pytest.mark.parametrize("value", [None, 0, 9])
def test_choice_and_digit_are_inverse(value):
    assert digit(choice(value)) == value
