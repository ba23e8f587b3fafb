"""Where chosen runs part: the images they read differently, their settings, their learning curves."""

from __future__ import annotations

import html

import pandas as pd
import streamlit as st

from core.charts.learning import TITLES, overlaid_curves
from core.errors import DigitLabError
from core.report.comparison import Comparison
from core.report.parameters import parameter_table
from core.runs import registry
from core.runs.run import Run
from core.ui.addressed import choose_named
from core.ui.components.sheet import digit_sheet
from core.ui.components.table import show_table
from core.ui.text import escaped

PAGE_SIZE = 60
HIGHLIGHT = "background-color: rgba(224, 123, 46, 0.28)"


def show_disagreements(comparison: Comparison) -> None:
    """Show the images that the runs do not all read alike, the hardest first, as a gallery.

    A click tells all answers.
    """
    if len(comparison.answers) < 2:
        st.info("Choose a second run to see where the two disagree.", icon=":material/balance:")
        return
    table = comparison.disagreements
    if table.empty:
        st.info(f"Both predict the same digit for all {len(comparison.labels):,} {comparison.images.title} images.")
        return
    pages = -(-len(table) // PAGE_SIZE)
    page = st.number_input("Sheet", 1, pages, key="sheet", bind="query-params") if pages > 1 else 1
    st.caption(
        f"{len(table):,} of {len(comparison.labels):,} {comparison.images.title} images have different "
        "predictions; those with the fewest correct predictions first. Below each image: the label, "
        "then the predictions, in the order " + escaped(", ".join(comparison.answers)) + "."
    )
    part = table.iloc[(page - 1) * PAGE_SIZE : page * PAGE_SIZE].reset_index(drop=True)
    images = comparison.images.split.images[part["position"].to_numpy()]
    clicked = digit_sheet(images, captions(part, list(comparison.answers)), "disagreements", label="Disagreements")
    if clicked is not None and clicked < len(part):
        _one(comparison, int(part["position"][clicked]))


def captions(part: pd.DataFrame, names: list[str]) -> list[str]:
    """Return below each image: the truth, and the runs' answers in their order."""
    read = part[names].astype(str).agg(" ".join, axis=1)
    return [f"{true}\n{answers}" for true, answers in zip(part["true"], read, strict=True)]


def _one(comparison: Comparison, position: int) -> None:
    st.markdown(f"Image {position:,} of the {comparison.images.title} images, a **{comparison.labels[position]}**:")
    for name, rows in comparison.probabilities.items():
        row, read = rows[position], int(comparison.answers[name][position])
        mark = ":material/check:" if read == comparison.labels[position] else ":material/close:"
        st.markdown(f"{mark} {escaped(name)} predicts **{read}** with probability {100 * row[read]:.1f} %")


def show_parameters(runs: dict[str, Run]) -> None:
    """Show every setting of the chosen runs side by side, those that differ marked."""
    table = parameter_table(runs)
    only = st.toggle("Show differences only", value=len(runs) > 1, key="differing", bind="query-params")
    if only and len(runs) > 1:
        table = table[table["differs"]]
    if table.empty:
        st.info("The runs were trained with the same settings.")
        return
    show_table(
        table.drop(columns="differs"),
        style=lambda shown: shown.apply(
            lambda row: [HIGHLIGHT if table["differs"][row.name] else ""] * len(row), axis=1
        ),
        alt="Settings of the selected runs; differences are highlighted",
    )


def show_curves(runs: dict[str, Run]) -> None:
    """Show the chosen runs' learning curves over each other."""
    measures = [name for measure in ("accuracy", "loss") for name in (f"validation_{measure}", measure)]
    titles = {name: name.replace("_", " ").capitalize() for name in measures}
    measure = choose_named("Curve", titles, measures[0], "overlaid")
    curves = {html.escape(name): _curves(run) for name, run in runs.items() if not run.shipped}
    st.plotly_chart(overlaid_curves(curves, measure), key="overlaid_curves")
    if any(run.shipped for run in runs.values()):
        st.caption("Shipped models have no stored learning curves.")


def _curves(run: Run) -> dict[str, list[tuple[int, float]]]:
    return _stored_curves(run.run_id) if run.finished else {}


@st.cache_data(show_spinner=False, max_entries=128)
def _stored_curves(run_id: str) -> dict[str, list[tuple[int, float]]]:
    try:
        return registry.curves(run_id, tuple(name for m in TITLES for name in (m, f"validation_{m}")))
    except DigitLabError:
        return {}
