"""What people are told of the digits that were found."""

from __future__ import annotations

import numpy as np

from core.data.sample import read_sample
from core.reading.judge import Judged
from core.reading.look import checked, together
from core.reading.segments import FoundDigit

IMAGES, LABELS = read_sample()
THREE = IMAGES[LABELS == 3][0]


def found(count: int, cut_off: tuple[int, ...] = ()) -> list[FoundDigit]:
    return [FoundDigit(THREE, (30 * i, 0, 20, 20), 0, cut_off=i in cut_off) for i in range(count)]


def judged(*sure: float, good: float = 1.0) -> Judged:
    rows = np.full((len(sure), 10), 0.0, np.float32)
    rows[:, 3] = sure
    rows[:, 5] = 1 - rows[:, 3]
    return Judged(rows, np.full(len(sure), good))


def test_a_clear_digit_has_no_warning() -> None:
    look = checked(found(1), judged(1.0))
    assert (look.text, look.warnings) == ("3", ())


def test_an_uncertain_digit_is_to_be_checked() -> None:
    assert checked(found(1), judged(0.51)).warnings == ("Check this digit: the answer is not certain.",)
    assert checked(found(3), judged(1, 0.51, 1)).warnings == ("Check digit 2: the answer is not certain.",)


def test_where_the_second_network_reads_otherwise_the_digit_is_to_be_checked() -> None:
    five = FoundDigit(IMAGES[LABELS == 5][0], (0, 0, 20, 20), 0)
    assert checked([five], judged(1.0)).warnings == ("Check this digit: the answer is not certain.",)


def test_a_close_second_reading_makes_doubtful_what_it_reads_otherwise() -> None:
    look = checked(found(2), judged(1, 1), rivals=np.array([0, 0.99]))
    assert look.warnings == ("Check digit 2: the answer is not certain.",)
    look = checked(found(2), judged(1, 1), rivals=np.array([1.0, 0.99]))
    assert look.warnings == ("Check every digit: the answer is not certain.",)


def test_what_looks_like_no_digit_is_not_doubtful_for_that_alone() -> None:
    look = checked(found(1), judged(1.0, good=0.1))
    assert look.doubtful.tolist() == [False]


def test_what_is_no_digit_is_told_once() -> None:
    (warning,) = checked(found(1), judged(0.5, good=0.0)).warnings
    assert "does not look like a digit" in warning


def test_warnings_follow_the_digits_that_are_left() -> None:
    look = checked(found(3, cut_off=(2,)), judged(1, 0.51, 1), turns=3)
    assert look.warnings == (
        "The page was read after a turn of 90° clockwise.",
        "Digit 3 touches the edge of the picture and may be cut off.",
        "Check digit 2: the answer is not certain.",
    )
    left = together([look[0], look[2]])
    assert left.warnings == (look.warnings[0], "Digit 2 touches the edge of the picture and may be cut off.")
