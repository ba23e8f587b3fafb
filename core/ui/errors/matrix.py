"""The confusion matrix of the Errors page: its views, one model's or two, and the cell that is chosen."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.charts.confusion import ALL, confusion_heatmap
from core.charts.palette import diverging
from core.evaluation.confusion import VIEWS, View, beyond_chance, view
from core.evaluation.metrics import confusion_matrix
from core.runs.run import Run
from core.ui.addressed import choose_named
from core.ui.components.judged import Judged
from core.ui.components.matrix import ANY, CHOICES, Cell, clickable_matrix, digit
from core.ui.components.predictions import answers
from core.ui.components.run_choice import choose_run, run_label
from core.ui.text import escaped
from core.ui.theme import is_dark

TWO = "two"
NAMES: dict[str, str] = {**{str(kind): name for kind, name in VIEWS.items()}, TWO: "Two models side by side"}
ORDER = ("errors", "counts", "rows", "columns", "log", TWO, "difference")
HEIGHT = 400
OF, CLICKED, MARKED = "of", "matrix_clicked", "matrix_marked"


@dataclass(frozen=True)
class Looked:
    """How the matrix is looked at: the view, and the other model where the view takes two."""

    view: str
    other: Run | None = None

    @property
    def wide(self) -> bool:
        """Whether two matrices stand side by side."""
        return self.view == TWO

    @property
    def errors_only(self) -> bool:
        """Whether the matrix counts errors only, so that its totals mean errors too."""
        return self.view in ("errors", TWO)


def choose_view(judged: Judged) -> Looked:
    """Let people choose a view, and another model where it takes two."""
    kind = choose_named("View", {kind: NAMES[kind] for kind in ORDER}, ORDER[0], "view", control=st.selectbox)
    if kind not in (TWO, "difference"):
        return Looked(kind)
    if judged.others:
        return Looked(kind, choose_run(list(judged.others), key="other", label="Other model"))
    st.info("This view needs two models, and only one has been evaluated on these images.")
    return Looked("errors")


def show_matrix(judged: Judged, looked: Looked) -> Cell | None:
    """Draw the matrix, or two side by side; return the cell that is chosen, None for all of it."""
    if looked.other is None:
        return _clickable(judged, looked.view)
    if not looked.wide:
        cell = _clickable(judged, looked.view, looked.other)
        _difference_legend(judged.run, looked.other)
        return cell
    left, right = st.columns(2, gap="medium")
    with right:
        st.markdown(f"**{escaped(looked.other.name)}**")
        _clickable(judged.read_by(looked.other), "errors", boxes=False)
    with left:
        st.markdown(f"**{escaped(judged.run.name)}**")
        return _clickable(judged, "errors")


def _difference_legend(run: Run, other: Run) -> None:
    """Show which colour stands for which model."""
    scale = diverging(is_dark())
    for (_, shade), model in ((scale[3], run), (scale[1], other)):
        st.html(f'<span style="color:{shade}">■</span> {html.escape(model.name)} gives this answer more often')


def choose_reader(judged: Judged, looked: Looked) -> Run:
    """Choose whose predictions are shown, with two models; a click on a matrix chooses too."""
    if looked.other is None:
        return judged.run
    readers = {run.run_id: run for run in (judged.run, looked.other)}
    titles = {run_id: escaped(run_label(run)) for run_id, run in readers.items()}
    chosen = choose_named("Predictions of", titles, judged.run.run_id, OF, control=st.radio, horizontal=True)
    return readers[chosen]


def _clickable(judged: Judged, kind: str, other: Run | None = None, *, boxes: bool = True) -> Cell | None:
    def remember() -> None:
        st.session_state[f"{OF}_box"] = judged.run.run_id
        st.session_state[CLICKED] = (st.session_state["true"], st.session_state["predicted"])

    figure = _figure(
        judged,
        other,
        (judged.run.run_id, other.run_id if other else "", judged.split_name),
        kind,
        _marked(),
        judged.images.fingerprint,
        is_dark(),
    )
    return clickable_matrix(figure, "matrix" if boxes else "matrix_other", on_click=remember, boxes=boxes)


@st.cache_resource(show_spinner=False, max_entries=64)
def _figure(
    _judged: Judged,
    _other: Run | None,
    names: tuple[str, str, str],
    kind: str,
    marked: tuple[int, int],
    data: str,
    dark: bool,
) -> go.Figure:
    """Return the matrix as a figure of this page's size.

    Kept, as building one takes longer than all else after a click.
    """
    other = None if _other is None else _counts(_judged.read_by(_other))
    kept: View = kind  # type: ignore[assignment]
    counts = _counts(_judged)
    framed = beyond_chance(counts) if kept in ("errors", "counts") else None
    figure = confusion_heatmap(view(counts, kept, other), kept, dark=dark, marked=framed)
    figure.update_layout(height=HEIGHT)
    figure.update_yaxes(constraintoward="top")
    return mark(figure, marked)


def _counts(judged: Judged) -> np.ndarray:
    return confusion_matrix(judged.labels, answers(judged.run, judged.split_name))


def _marked() -> tuple[int, int]:
    """Return the cell to mark in the figure, -1 for all: the one that was chosen last without a click.

    A click is marked by the browser, and the figure must stay as it is, for another one would be drawn anew.
    """
    cell = tuple(str(st.session_state.get(key, st.query_params.get(key, ANY))) for key in ("true", "predicted"))
    if st.session_state.get(CLICKED) != cell:
        st.session_state[MARKED], st.session_state[CLICKED] = cell, None
    true, predicted = (digit(name) if name in CHOICES else None for name in st.session_state.get(MARKED, (ANY, ANY)))
    return (ALL if true is None else true, ALL if predicted is None else predicted)


def mark(figure: go.Figure, cell: tuple[int, int]) -> go.Figure:
    """Mark a cell or a total as if it had been clicked; nothing for all of the matrix."""
    if cell != (ALL, ALL):
        for trace in figure.select_traces({"type": "scatter"}):
            trace.selectedpoints = np.flatnonzero((np.asarray(trace.customdata) == cell).all(axis=1)).tolist()
    return figure
