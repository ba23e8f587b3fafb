"""Step 3 of the demo: a confusion matrix, and the digits behind the cell that is clicked."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.charts.confusion import confusion_heatmap
from core.evaluation.behind import Filters, images_behind
from core.evaluation.confusion import most_confused, view
from core.evaluation.metrics import confusion_matrix
from core.runs.run import Run
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.components.matrix import ANY, Cell, clickable_matrix
from core.ui.components.predictions import answers, probabilities
from core.ui.components.reading import readers, title
from core.ui.text import certainty
from core.ui.theme import is_dark

HEIGHT = 340
SHOWN = 10
TRUE, PREDICTED = "demo_true", "demo_predicted"


def show_confused() -> None:
    """Show the matrix of a model's errors on the validation images, and the images behind its chosen cell."""
    runs = {title(run): run for run in reversed(readers())}  # the weakest has most to show
    matrix, images = st.columns([5, 6], gap="large")
    with images:
        name = st.segmented_control("Model", list(runs), default=next(iter(runs)), required=True, key="demo_reader")
        run = runs[name]
    counts = _counts(run)
    _begin(counts)
    with matrix:
        cell = clickable_matrix(
            _figure(run.run_id, session.dataset().fingerprint, counts, is_dark()), f"demo_matrix_{run.run_id}",
            true_key=TRUE, predicted_key=PREDICTED,
        )  # fmt: skip
    with images:
        _images(run, cell)


def _counts(run: Run) -> np.ndarray:
    return confusion_matrix(session.dataset().validation.labels, answers(run, "validation"))


def _begin(counts: np.ndarray) -> None:
    """Choose the digits that are mixed up most, while nobody has chosen others."""
    if TRUE in st.session_state or TRUE in st.query_params or PREDICTED in st.query_params:
        return
    worst = most_confused(counts, 1)
    if not worst.empty:
        st.session_state[TRUE], st.session_state[PREDICTED] = str(worst["true"][0]), str(worst["predicted"][0])


@st.cache_resource(show_spinner=False, max_entries=16)
def _figure(run_id: str, fingerprint: str, _counts: np.ndarray, dark: bool) -> go.Figure:
    figure = confusion_heatmap(view(_counts, "errors"), "errors", totals=False, dark=dark)
    return figure.update_layout(height=HEIGHT)


def _images(run: Run, cell: Cell | None) -> None:
    true, predicted = cell or (None, None)
    judged = session.dataset().validation
    filters = Filters(true=true, predicted=predicted, errors_only=None in (true, predicted))
    table = images_behind(judged.labels, probabilities(run, "validation"), filters)
    count = "1 validation image" if len(table) == 1 else f"{len(table):,} validation images"
    st.markdown(f"**{count}** of {len(judged):,}: true {true_or(true)}, predicted {true_or(predicted)}")
    show_cards(
        [
            Card(
                judged.images[row["position"]], f"{row['true']} → {row['predicted']}", (certainty(row["probability"]),)
            )
            for row in table.head(SHOWN).to_dict("records")
        ],
        side=88,
    )
    if len(table) > SHOWN:
        st.caption(f"The {SHOWN} with the highest probability.")


def true_or(digit: int | None) -> str:
    """Return a digit in words; any, where none is chosen."""
    return ANY if digit is None else str(digit)
