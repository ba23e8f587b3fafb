from __future__ import annotations

import numpy as np
import pytest
from core.evaluation.vote import votes


def row(**shares: float) -> np.ndarray:
    """Probabilities of one digit: `d3=0.7` gives the 3 its share, the others share what is left."""
    given = {int(name[1:]): share for name, share in shares.items()}
    rest = (1 - sum(given.values())) / (10 - len(given))
    return np.array([[given.get(digit, rest) for digit in range(10)]], np.float32)


def test_the_mean_decides_and_not_the_count_of_models() -> None:
    (vote,) = votes({"sure": row(d3=0.98), "doubting": row(d5=0.4, d3=0.3), "too": row(d5=0.4, d3=0.3)})
    assert vote.label == 3
    assert vote.probability == pytest.approx((0.98 + 0.3 + 0.3) / 3)
    assert vote.against == (("doubting", 5), ("too", 5))
    assert not vote.unanimous


def test_models_that_agree_are_unanimous() -> None:
    (vote,) = votes({"one": row(d7=0.9), "other": row(d7=0.5)})
    assert (vote.label, vote.unanimous, vote.against) == (7, True, ())
    assert vote.probability == pytest.approx(0.7)


def test_each_digit_is_voted_on_by_itself() -> None:
    rows = {"one": np.concatenate([row(d1=0.9), row(d2=0.9)]), "other": np.concatenate([row(d1=0.6), row(d4=0.6)])}
    assert [(vote.label, vote.against) for vote in votes(rows)] == [(1, ()), (2, (("other", 4),))]


def test_no_digit_gets_no_vote() -> None:
    assert votes({"one": np.empty((0, 10), np.float32)}) == []
