from __future__ import annotations

import numpy as np
import pytest

from core.benchmarks.doubt import Marked, read_right, rows_of


@pytest.mark.parametrize(
    ("text", "truth", "right"),
    [("7", "7", [1]), ("7", "1", [0]), ("71", "7", [1, 0]), ("12\n4", "12\n34", [1, 1, 1]), ("", "5", []),
     ("1284", "1234", [1, 1, 0, 1])],
)  # fmt: skip
def test_digits_are_right_where_they_stand_in_the_truth_too(text: str, truth: str, right: list[int]) -> None:
    assert read_right(text, truth).tolist() == [bool(value) for value in right]


def test_rows_hold_the_doubt_against_what_was_misread() -> None:
    misread = np.array([True, True, False, False, False, False])
    digits = Marked(np.zeros(6), np.array([True, False, True, False, False, False]), misread)
    caught, wrong = rows_of("x", digits)
    assert (caught.figure, caught.reached, wrong.figure, wrong.reached) == (0.5, False, 0.25, False)
