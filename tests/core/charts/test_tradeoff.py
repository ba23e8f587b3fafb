from __future__ import annotations

import pandas as pd
import pytest

from core.charts.palette import TEXT
from core.charts.tradeoff import error_against, log_axis
from core.evaluation.published import PUBLISHED, published

RUNS = pd.DataFrame(
    {
        "name": ["CNN", "SVM", "old", "slow"],
        "kind": ["cnn", "svm", "svm", "cnn"],
        "error": [0.004, 0.014, 0.001, 0.02],
        "fit_seconds": [200.0, 30.0, 1.0, 300.0],
        "elsewhere": [False, False, True, False],
    }
)


def test_front_leaves_out_other_hardware_and_what_is_beaten() -> None:
    front = error_against(RUNS, "fit_seconds").data[-1]

    assert list(front.x) == [30, 200]
    assert list(front.y) == pytest.approx([1.4, 0.4])


def test_other_hardware_is_grey() -> None:
    grey = [trace for trace in error_against(RUNS, "fit_seconds").data if trace.marker.color == TEXT]

    assert [trace.customdata[0][0] for trace in grey] == ["old"]


def test_published_results_are_named_with_their_source() -> None:
    figure = error_against(RUNS, "fit_seconds", published())

    assert len(figure.layout.annotations) == len(PUBLISHED)
    assert "LeCun" in figure.layout.annotations[0].hovertext


def test_faultless_run_stays_on_the_log_axis() -> None:
    figure = error_against(RUNS.assign(error=0.0), "fit_seconds")

    assert figure.data[0].y[0] == pytest.approx(0.005)


def test_nothing_measured_is_said() -> None:
    figure = error_against(RUNS.assign(fit_seconds=float("nan")), "fit_seconds")

    assert figure.layout.annotations[0].text == "No run has this measurement yet."


def test_ticks_of_a_short_log_axis_are_written_in_full() -> None:
    axis = log_axis(pd.Series([0.3, 8.0]))

    assert {"0.2", "0.5", "1", "2", "5", "10"} <= set(axis["ticktext"])
    assert axis["range"][0] < -0.52 < 0.9 < axis["range"][1]
