from __future__ import annotations

from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix as sklearn_confusion_matrix

from core.errors import ParameterError
from core.evaluation.confusion import VIEWS, beyond_chance, most_confused, view

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 9, 2000)  # no 9 in truth
READ = np.where(RNG.random(2000) < 0.9, LABELS, RNG.integers(0, 10, 2000))
MATRIX = sklearn_confusion_matrix(LABELS, READ, labels=range(10))


def values(kind: str, other: np.ndarray | None = None) -> np.ndarray:
    return view(MATRIX, kind, other)["value"].to_numpy().reshape(10, 10)


@pytest.mark.parametrize(("kind", "normalize"), [("rows", "true"), ("columns", "pred")])
def test_shares_agree_with_scikit_learn(kind: str, normalize: str) -> None:
    theirs = sklearn_confusion_matrix(LABELS, READ, labels=range(10), normalize=normalize)

    np.testing.assert_allclose(np.nan_to_num(values(kind)), theirs)


def test_errors_hide_the_diagonal() -> None:
    shown = values("errors")

    assert np.isnan(np.diag(shown)).all()
    assert np.nansum(shown) == (LABELS != READ).sum()


def test_log_and_difference() -> None:
    assert values("log")[3, 3] == pytest.approx(np.log10(MATRIX[3, 3]))
    np.testing.assert_array_equal(values("difference", MATRIX.T), MATRIX - MATRIX.T)


@pytest.mark.parametrize("kind", VIEWS)
def test_every_view_has_a_row_a_cell_in_order(kind: str) -> None:
    table = view(MATRIX, kind, MATRIX)

    assert table["true"].tolist() == [cell // 10 for cell in range(100)]
    assert table["predicted"].tolist() == [cell % 10 for cell in range(100)]
    assert table["images"].sum() == 2000


def test_cell_texts() -> None:
    matrix = np.zeros((10, 10), dtype=int)
    matrix[4, 9], matrix[4, 4] = 1, 1999

    assert view(matrix, "counts").loc[44, "text"] == "1,999"
    assert view(matrix, "rows").loc[49, "text"] == "0.1 %"
    assert view(matrix, "difference", matrix * 2).loc[49, "text"] == "-1"
    assert view(matrix, "errors").loc[0, "text"] == ""


def test_unknown_view_and_missing_model_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"`kind` must be one of errors, counts.*got pie"):
        view(MATRIX, "pie")
    with pytest.raises(ParameterError, match="needs the matrix of a second model"):
        view(MATRIX, "difference")


def test_most_confused() -> None:
    matrix = 100 * np.eye(10, dtype=int)
    matrix[4, 9], matrix[7, 2] = 25, 5

    table = most_confused(matrix)

    assert table[["true", "predicted", "images"]].to_numpy().tolist() == [[4, 9, 25], [7, 2, 5]]
    assert table.loc[0, "share"] == 0.2


def test_errors_spread_evenly_are_not_beyond_chance() -> None:
    assert not beyond_chance(np.full((10, 10), 5) + 100 * np.eye(10, dtype=int)).any()


def test_a_habit_is_beyond_chance() -> None:
    matrix = np.ones((10, 10), int) + 500 * np.eye(10, dtype=int)
    matrix[4, 9] = 30
    found = beyond_chance(matrix)
    assert found[4, 9] and found.sum() == 1
    share = 38 / (38 + 8 * 9)  # 38 errors go to 9, 9 to each of the 8 other digits that a 4 can be taken for
    tail = sum(comb(38, k) * share**k * (1 - share) ** (38 - k) for k in range(30, 39))
    assert tail < 0.05 / 90


def binomial_tests(matrix: np.ndarray, level: float) -> np.ndarray:
    """The same cell by cell, by scipy's own test."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    answered = wrong.sum(axis=0)
    found = np.zeros((10, 10), bool)
    for true in range(10):
        for read in range(10):
            errors, share = wrong[true].sum(), answered[read] / max(1, answered.sum() - answered[true])
            if true != read and wrong[true, read]:
                test = binomtest(int(wrong[true, read]), int(errors), share, alternative="greater")
                found[true, read] = test.pvalue < level / 90
    return found


@pytest.mark.parametrize("seed", range(8))
def test_each_cell_is_judged_as_scipys_binomial_test_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.poisson(rng.uniform(0.5, 4, (10, 10))) + np.diag(rng.integers(50, 400, 10))
    matrix[rng.integers(0, 10, 6), rng.integers(0, 10, 6)] += rng.integers(4, 20, 6)
    np.testing.assert_array_equal(beyond_chance(matrix), binomial_tests(matrix, 0.05))
    np.testing.assert_array_equal(beyond_chance(matrix, 0.9), binomial_tests(matrix, 0.9))


def test_few_errors_prove_no_habit() -> None:
    matrix = 500 * np.eye(10, dtype=int)
    matrix[1, 7] = 2
    assert not beyond_chance(matrix).any()
