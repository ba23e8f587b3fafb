"""How well each digit is read: precision, recall and F1, as a table and as curves."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.charts.standings import per_class
from core.charts.trust import precision_recall_chart
from core.evaluation.curves import average_precision, precision_recall
from core.evaluation.metrics import evaluate
from core.ui.components.judged import Judged
from core.ui.components.predictions import probabilities
from core.ui.components.table import show_table

DIGITS = list(range(10))


def show_digits(judged: Judged) -> None:
    """Show the table and the charts, side by side."""
    st.caption(
        "Precision: of the images predicted as a digit, the share that are that digit. Recall: of the "
        "images of a digit, the share that is found. Overall accuracy can hide a digit that is "
        "recognised poorly."
    )
    asked = (judged.run.run_id, judged.images.fingerprint, judged.split_name)
    table, curves = _tables(judged, *asked)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        st.plotly_chart(_bars(table, *asked), key="per_class", alt="Precision, recall and F1 of each digit")
        never = table.loc[(table["precision"] == 0) & (table["recall"] == 0) & (table["support"] > 0), "digit"]
        if len(never):
            st.warning(f"Never predicted correctly: {', '.join(map(str, never))}. Their precision counts as 0.")
        show_table(_percent(table, curves), width="stretch", column_config=_columns(), height=388)
    with right:
        _curves(curves, *asked)


def _curves(curves: pd.DataFrame, *asked: str) -> None:
    chosen = st.multiselect("Digits", DIGITS, key="curves", bind="query-params", placeholder="all ten")
    st.plotly_chart(
        _lines(curves, tuple(chosen), *asked), key="precision_recall", alt="Precision against recall by digit"
    )
    st.caption(
        "Each curve goes from a strict threshold on that digit's probability (left) to a lenient one (right). The axes "
        "begin where the curves differ, not at 0."
    )


@st.cache_data(show_spinner=False, max_entries=32)
def _tables(_judged: Judged, run_id: str, fingerprint: str, split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = probabilities(_judged.run, split)
    return evaluate(_judged.labels, rows).per_class(), precision_recall(_judged.labels, rows)


@st.cache_resource(show_spinner=False, max_entries=16)
def _bars(_table: pd.DataFrame, run_id: str, fingerprint: str, split: str) -> go.Figure:
    """Return the chart of the table, kept, as building one takes longer than all else of the page."""
    return per_class(_table)


@st.cache_resource(show_spinner=False, max_entries=16)
def _lines(_curves: pd.DataFrame, digits: tuple[int, ...], run_id: str, fingerprint: str, split: str) -> go.Figure:
    """Return the chart of the curves, kept too."""
    return precision_recall_chart(_curves, list(digits) or None)


def _percent(table: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    shares = table.assign(average=table["digit"].map(average_precision(curves)))
    names = ["precision", "recall", "f1", "average"]
    return shares.assign(**{name: 100 * shares[name] for name in names})[["digit", *names, "support"]]


def _columns() -> dict[str, Any]:
    def share(name: str, help_text: str | None = None) -> Any:
        return st.column_config.NumberColumn(name, format="%.2f %%", help=help_text)

    return {
        "digit": "Digit",
        "precision": share("Precision"),
        "recall": share("Recall"),
        "f1": share("F1", "The harmonic mean of precision and recall."),
        "average": share(
            "Avg. precision", "Average precision, the mean over all recalls: the area under the curve beside."
        ),
        "support": st.column_config.NumberColumn("Images", format="localized"),
    }
