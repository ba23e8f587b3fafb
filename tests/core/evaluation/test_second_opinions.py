from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.second_opinions import answers


def row(**shares: float) -> np.ndarray:
    """Probabilities of one digit: `d3=0.7` gives the 3 its share, the others share what is left."""
    given = {int(name[1:]): share for name, share in shares.items()}
    rest = (1 - sum(given.values())) / (10 - len(given))
    return np.array([[given.get(digit, rest) for digit in range(10)]], np.float32)


def test_the_answering_model_decides_whatever_the_others_read() -> None:
    (answer,) = answers(row(d3=0.6), {"sure": row(d5=0.99), "too": row(d5=0.8), "agrees": row(d3=0.4)})
    assert (answer.label, answer.against) == (3, (("sure", 5), ("too", 5)))
    assert answer.probability == pytest.approx(0.6)


def test_nothing_is_against_an_answer_that_all_share_or_one_gives_alone() -> None:
    for others in ({"other": row(d7=0.5)}, {}):
        (answer,) = answers(row(d7=0.9), others)
        assert (answer.label, answer.against) == (7, ())


def test_each_digit_is_answered_by_itself() -> None:
    first, second = (np.concatenate(rows) for rows in ([row(d1=0.9), row(d2=0.9)], [row(d1=0.6), row(d4=0.6)]))
    assert [(one.label, one.against) for one in answers(first, {"other": second})] == [(1, ()), (2, (("other", 4),))]


def test_no_digit_gets_no_answer() -> None:
    assert answers(np.empty((0, 10), np.float32), {"other": np.empty((0, 10), np.float32)}) == []
