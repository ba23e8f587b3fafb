"""What speaks against a reading: the model, the not-a-digit score, and other readings of the whole."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from core.reading.doubt import agreeing, doubt, rivals_of
from core.reading.hypothesis import Hypothesis
from core.reading.judge import Judged


class Way:
    """A way to read a picture, as far as it matters here."""

    def __init__(self, text: str, rank: float) -> None:
        self.text, self.rank, self.chain = text, rank, text.replace("\n", "")


def way(text: str, rank: float) -> Hypothesis:
    return cast(Hypothesis, Way(text, rank))


@pytest.mark.parametrize(
    ("text", "truth", "right"),
    [("7", "7", [1]), ("7", "1", [0]), ("71", "7", [1, 0]), ("12\n4", "12\n34", [1, 1, 1]), ("", "5", []),
     ("1284", "1234", [1, 1, 0, 1])],
)  # fmt: skip
def test_digits_are_right_where_they_stand_in_the_truth_too(text: str, truth: str, right: list[int]) -> None:
    assert agreeing(text, truth).tolist() == [bool(value) for value in right]


def test_only_digits_that_another_reading_reads_otherwise_are_contested() -> None:
    best, others = way("12\n34", 0.8), [way("1234", 0.8), way("12\n94", 0.4), way("17\n34", 0.2)]
    np.testing.assert_allclose(rivals_of(best, others), [0, 0.25, 0.5, 0])


def test_doubt_grows_with_what_speaks_against_a_digit() -> None:
    def of(sure: float, good: float, rival: float, second: float | None = None) -> float:
        judged = Judged(np.array([[sure, 1 - sure, *[0] * 8]], np.float32), np.array([good]))
        other = np.array([[sure if second is None else second, *[0] * 9]], np.float32)
        return float(doubt(judged, other, np.array([rival]))[0])

    assert of(1, 1, 0) == 0
    assert 0 < of(1, 1, 0.5) < of(1, 1, 1) < 1
    assert of(0.9, 1, 0) == pytest.approx(0.1)
    assert of(1, 0.5, 0) == pytest.approx(1 - 0.5**0.03)
    assert of(1, 1, 0, second=0) == pytest.approx(0.7)
    assert of(0.6, 0.25, 1) > of(0.6, 0.25, 0) > of(0.6, 1, 0)
