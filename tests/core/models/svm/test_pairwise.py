from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.models.svm.pairwise import LIMIT, PAIRS, SHARPNESS, pairwise_coupling

decisions = arrays(np.float32, (3, 45), elements=st.floats(-20, 20, width=32))


def price(row: np.ndarray) -> np.ndarray:
    """1 / (sum of 1 / r_ij - (k - 2)), written as in the paper."""
    r = np.full((10, 10), np.nan)
    for (i, j), decision in zip(PAIRS, np.clip(row.astype(np.float64), -LIMIT, LIMIT), strict=True):
        r[i, j], r[j, i] = 1 / (1 + np.exp(-SHARPNESS * decision)), 1 / (1 + np.exp(SHARPNESS * decision))
    return 1 / (np.nansum(1 / r, axis=1) - 8)


def test_there_are_45_pairs_and_every_class_is_in_nine() -> None:
    assert len(PAIRS) == 45
    assert all(sum(digit in pair for pair in PAIRS) == 9 for digit in range(10))


@given(decisions)
def test_scores_are_the_logarithm_of_coupled_probabilities(values: np.ndarray) -> None:
    expected = np.log([price(row) for row in values])
    np.testing.assert_allclose(pairwise_coupling(values), expected, rtol=1e-3, atol=1e-3)


@given(decisions)
def test_scores_are_finite_and_never_above_zero(values: np.ndarray) -> None:
    found = pairwise_coupling(values)
    assert np.isfinite(found).all()
    assert (found <= 0).all()


def test_class_that_wins_its_nine_pairs_wins() -> None:
    row = np.zeros((1, 45), np.float32)
    for column, pair in enumerate(PAIRS):
        row[0, column] = 1.0 if pair[0] == 6 else -1.0 if pair[1] == 6 else 0.0
    assert pairwise_coupling(row).argmax() == 6
