"""A search in figures, one at a time, so that a live page draws no more than is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.charts import tuning as charts
from core.jobs.tuning.storage import study_errors
from core.jobs.tuning.tables import table
from core.jobs.tuning.view import StudyView

FIGURES = ("History", "On the way", "Parallel coordinates", "Two parameters", "Each parameter", "Importance", "Workers")
EXPLAINED = {
    "Importance": "PED-ANOVA: what sets the better trials apart from all; it needs a dozen trials to mean something.",
    "Workers": "One bar a trial, one row a worker process.",
    "On the way": "Intermediate scores, by which poor trials are ended early.",
}


def show_figures(found: StudyView) -> None:
    """Choose a figure and draw it."""
    chosen = st.segmented_control(
        "Figure", FIGURES, default="History", key="tune_figure", bind="query-params", label_visibility="collapsed"
    )
    chosen = chosen or "History"
    with study_errors():
        trials = found.study.get_trials(deepcopy=False)
    finished = charts.finished_study(trials)
    drawing: dict[str, Callable[[], go.Figure]] = {
        "History": lambda: charts.history(finished),
        "On the way": lambda: charts.intermediate_scores(finished, _steps(found)),
        "Parallel coordinates": lambda: charts.parallel_coordinates(finished),
        "Two parameters": lambda: _contour(found, finished),
        "Each parameter": lambda: charts.slices(finished),
        "Importance": lambda: charts.importances(finished),
        "Workers": lambda: charts.worker_timeline(table(found.trials)),
    }
    st.plotly_chart(drawing[chosen](), width="stretch", key=f"figure_{chosen}")
    if chosen in EXPLAINED:
        st.caption(EXPLAINED[chosen])


def _contour(found: StudyView, finished: Any) -> go.Figure:
    names = list(found.search.space.names)
    if len(names) < 2:
        return charts.note(charts.chart(charts.HEIGHT), "Search two parameters to see them against each other.")
    left, right = st.columns(2)
    first = left.selectbox("Across", names, key="contour_first", bind="query-params")
    others = [name for name in names if name != first]
    second = right.selectbox("Up", others, key="contour_second", bind="query-params")
    return charts.contour(finished, first, second)


def _steps(found: StudyView) -> str:
    if found.search.folds:
        return "Folds"
    return "Epoch" if found.search.by_epochs else "Ninths of the training images"
