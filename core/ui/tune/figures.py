"""A search in figures, one at a time, so that a live page draws no more than is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.charts import tuning as charts
from core.charts.palette import chart, note
from core.jobs.tuning.storage import study_errors
from core.jobs.tuning.tables import table
from core.jobs.tuning.view import StudyView
from core.ui.addressed import choose_named, slug

FIGURES = (
    "History",
    "Intermediate scores",
    "Parallel coordinates",
    "Two parameters",
    "Each parameter",
    "Importance",
    "Workers",
)
EXPLAINED = {
    "Importance": "PED-ANOVA: which parameters distinguish the best trials; reliable from about a dozen trials.",
    "Workers": "One bar per trial, one row per worker process.",
    "Intermediate scores": "Intermediate scores, which the pruner uses to stop trials early.",
}


def show_figures(found: StudyView) -> None:
    """Choose a figure and draw it."""
    titles = {slug(title): title for title in FIGURES}
    chosen = titles[choose_named("Figure", titles, "history", "tune_figure", label_visibility="collapsed")]
    with study_errors():
        trials = found.study.get_trials(deepcopy=False)
    finished = charts.finished_study(trials)
    drawing: dict[str, Callable[[], go.Figure]] = {
        "History": lambda: charts.history(finished),
        "Intermediate scores": lambda: charts.intermediate_scores(finished, _steps(found)),
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
        return note(chart(charts.HEIGHT), "Search at least two parameters to see this figure.")
    left, right = st.columns(2)
    first = left.selectbox("Across", names, key="contour_first", bind="query-params")
    others = [name for name in names if name != first]
    second = right.selectbox("Up", others, key="contour_second", bind="query-params")
    return charts.contour(finished, first, second)


def _steps(found: StudyView) -> str:
    if found.search.folds:
        return "Folds"
    return "Epoch" if found.search.by_epochs else "Ninths of the training images"
