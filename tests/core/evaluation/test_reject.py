from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ParameterError
from core.evaluation.reject import choose_threshold, refuse, reject_curve


def sure(confidences: list[float]) -> np.ndarray:
    rows = np.zeros((len(confidences), 10))
    rows[:, 0] = confidences
    rows[:, 1] = 1 - rows[:, 0]
    return rows


CONFIDENCES = sure([0.9, 0.8, 0.8, 0.7, 0.6])
LABELS = np.array([0, 0, 1, 0, 1])  # wrong at one of the 0.8 and at 0.6


def test_curve_by_hand() -> None:
    curve = reject_curve(LABELS, CONFIDENCES)

    assert curve["threshold"].tolist() == pytest.approx([0.6, 0.7, 0.8, 0.9])
    assert curve["answered"].tolist() == [5, 4, 3, 1]
    assert curve["wrong"].tolist() == [2, 1, 1, 0]
    assert curve["error"].tolist() == pytest.approx([0.4, 0.25, 1 / 3, 0])


def test_lowest_threshold_that_reaches_the_target_is_chosen() -> None:
    assert choose_threshold(LABELS, CONFIDENCES, 0.3) == pytest.approx(0.7)
    assert choose_threshold(LABELS, CONFIDENCES, 0.1) == pytest.approx(0.9)
    assert choose_threshold(LABELS, CONFIDENCES, 1.0) == pytest.approx(0.6)


def test_no_threshold_where_the_surest_answers_are_wrong() -> None:
    assert choose_threshold(np.array([1, 1]), sure([0.9, 0.8]), 0.1) is None


def test_target_out_of_range_is_refused() -> None:
    with pytest.raises(ParameterError, match="`target_error` must be between 0 and 1; got 5"):
        choose_threshold(LABELS, CONFIDENCES, 5)


def test_what_is_refused_by_hand() -> None:
    result = refuse(LABELS, CONFIDENCES, 0.75)

    assert result.refused.tolist() == [4, 3]
    assert result.still_wrong.tolist() == [2]
    assert (result.coverage, result.error, result.refused_right) == (0.6, pytest.approx(1 / 3), 1)


def test_refusing_everything_is_no_error() -> None:
    result = refuse(LABELS, CONFIDENCES, 0.95)

    assert (result.answered, result.error, result.coverage) == (0, 0.0, 0.0)


@given(st.integers(0, 999), st.integers(1, 50), st.floats(0, 1))
def test_refusing_at_a_threshold_is_its_row_of_the_curve(seed: int, images: int, target: float) -> None:
    rng = np.random.default_rng(seed)
    labels, rows = rng.integers(0, 10, images), rng.dirichlet(np.full(10, 0.1), images).astype(np.float32)
    threshold = choose_threshold(labels, rows, target)

    for row in reject_curve(labels, rows).itertuples():
        result = refuse(labels, rows, row.threshold)
        assert (result.answered, result.wrong, result.total) == (row.answered, row.wrong, images)
    assert threshold is None or refuse(labels, rows, threshold).error <= target
