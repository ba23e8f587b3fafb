from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve

from core.evaluation.curves import average_precision, precision_recall


@given(st.integers(0, 999), st.integers(1, 80), st.integers(1, 4))
def test_curve_and_area_agree_with_scikit_learn(seed: int, images: int, decimals: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, images)
    rows = rng.dirichlet(np.full(10, 0.3), images).round(decimals)  # rounding makes ties
    table = precision_recall(labels, rows)
    areas = average_precision(table)

    assert table["digit"].unique().tolist() == np.unique(labels).tolist()
    for digit, curve in table.groupby("digit"):
        precision, recall, _ = precision_recall_curve(labels == digit, rows[:, digit])
        theirs = set(zip(precision.round(9), recall.round(9), strict=True))
        assert set(zip(curve["precision"].round(9), curve["recall"].round(9), strict=True)) <= theirs
        assert areas[digit] == pytest.approx(average_precision_score(labels == digit, rows[:, digit]), abs=1e-9)


def test_every_curve_ends_with_all_found() -> None:
    labels = np.arange(100) % 10
    table = precision_recall(labels, np.random.default_rng(0).dirichlet(np.ones(10), 100))

    assert (table.groupby("digit")["recall"].max() == 1).all()
