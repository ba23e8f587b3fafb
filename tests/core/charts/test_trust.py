from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.charts.trust import (
    POINTS,
    confidence_histogram,
    precision_recall_chart,
    reject_chart,
    reliability_diagram,
    thinned,
    zoom_start,
)
from core.evaluation.calibration import reliability
from core.evaluation.curves import precision_recall
from core.evaluation.reject import reject_curve

RNG = np.random.default_rng(0)
ROWS = RNG.dirichlet(np.full(10, 0.1), 2000)
LABELS = np.array([RNG.choice(10, p=row) for row in ROWS])


def test_reliability_leaves_empty_bins_out() -> None:
    table = reliability(LABELS, ROWS)
    diagonal, line = reliability_diagram({"after": table}).data

    assert list(diagonal.x) == list(diagonal.y)
    assert len(line.x) == (table["images"] > 0).sum()


def test_precision_recall_has_a_line_a_digit_and_a_zoom_that_shows_its_corner() -> None:
    table = precision_recall(LABELS, ROWS)
    figure = precision_recall_chart(table, [4, 9])

    assert [trace.name for trace in figure.data] == ["4", "9"]
    for _, curve in table.groupby("digit"):
        assert 100 * curve[["precision", "recall"]].min(axis=1).max() >= zoom_start(table)


def test_zoom_of_nothing_is_everything() -> None:
    assert zoom_start(pd.DataFrame(columns=["digit", "precision", "recall"], dtype=float)) == 0


def test_thinned_curves_keep_their_ends() -> None:
    curve = pd.DataFrame({"recall": np.arange(5000.0)})
    thin = thinned(curve)

    assert len(thin) == POINTS
    assert thin["recall"].iloc[[0, -1]].tolist() == [0, 4999]
    assert len(thinned(curve.head(10))) == 10


def test_threshold_is_marked_on_its_curve() -> None:
    curve = reject_curve(LABELS, ROWS)
    line, mark = reject_chart({"validation": curve}, 0.9).data
    sure = ROWS.max(axis=1) >= 0.9

    assert len(line.x) <= POINTS
    assert mark.x[0] == pytest.approx(100 * sure.mean())
    assert mark.y[0] == pytest.approx(100 * (ROWS.argmax(axis=1) != LABELS)[sure].mean())


def test_every_answer_is_in_the_histogram() -> None:
    right = ROWS.argmax(axis=1) == LABELS
    bars = confidence_histogram(ROWS.max(axis=1), right, 0.5).data

    assert [sum(trace.y) for trace in bars] == [right.sum(), (~right).sum()]
