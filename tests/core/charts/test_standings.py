from __future__ import annotations

import numpy as np
import pytest

from core.charts.palette import COLOURS
from core.charts.standings import differences, per_class, standings
from core.evaluation.comparison import against_baseline, leaderboard
from core.evaluation.metrics import evaluate

LABELS = np.arange(100) % 10
READ = {"CNN": LABELS, "SVM": np.where(np.arange(100) < 5, 9 - LABELS, LABELS)}


def test_best_model_is_on_top_with_its_interval() -> None:
    table = leaderboard(LABELS, READ).assign(kind=["cnn", "svm"])
    marks = standings(table).data[0]

    assert list(marks.y) == ["SVM", "CNN"]
    assert list(marks.marker.color) == [COLOURS["svm"], COLOURS["cnn"]]
    assert marks.error_x.arrayminus[1] == pytest.approx(100 * (1 - table.loc[0, "low"]))


def test_empty_board_says_so() -> None:
    assert standings(leaderboard(LABELS, {})).layout.annotations[0].text == "No models to compare yet."


def test_differences_in_percentage_points() -> None:
    figure = differences(against_baseline(LABELS, READ, "SVM"), "SVM")

    assert figure.data[0].name == "CNN"
    assert figure.data[0].y[0] == pytest.approx(5)
    assert (
        "second model"
        in differences(against_baseline(LABELS, {"SVM": LABELS}, "SVM"), "SVM").layout.annotations[0].text
    )


def test_per_class_shows_three_measures() -> None:
    figure = per_class(evaluate(LABELS, np.eye(10)[READ["SVM"]]).per_class())

    assert [trace.name for trace in figure.data] == ["Precision", "Recall", "F1"]
    assert figure.layout.yaxis.range[0] < min(figure.data[1].y)
