from __future__ import annotations

import numpy as np

from core.benchmarks.doubt import Marked, rows_of


def test_rows_hold_the_doubt_against_what_was_misread() -> None:
    misread = np.array([True, True, False, False, False, False])
    digits = Marked(np.zeros(6), np.array([True, False, True, False, False, False]), misread)
    caught, wrong = rows_of("x", digits)
    assert (caught.figure, caught.reached, wrong.figure, wrong.reached) == (0.5, False, 0.25, False)
