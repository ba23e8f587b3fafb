"""Which of the chosen runs is better, and whether that is more than chance: words first, then figures."""

from __future__ import annotations

import html
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.charts.palette import colour
from core.charts.standings import differences, standings
from core.report.comparison import Comparison, compare_runs
from core.report.parameters import other_data
from core.runs.run import Run
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.components.first_steps import tick_off
from core.ui.components.folded import folded
from core.ui.components.judged import choose_images, show_about
from core.ui.components.predictions import probabilities
from core.ui.components.run_choice import asked_for, choose_run
from core.ui.components.table import show_table
from core.ui.text import escaped

MOST_SENTENCES = 6
BASELINE = "baseline_box"
"""The key in the session under which the control keeps the id of the baseline."""
TESTED = (
    "McNemar's exact test uses the images that only one of the two models classifies correctly. With "
    "several pairs, p is corrected for multiple testing (Holm)."
)
THESE_ONLY = "It compares these trained models; the tab Configurations compares ways of training."
PROVEN, OPEN = ":material/verified:", ":material/help:"


def compare_chosen(chosen: list[Run]) -> Comparison:
    """Set the chosen runs side by side on the images that the page looks at, and say whose predictions are lost."""
    box, _ = st.columns([2, 5])
    with box:
        split = choose_images(chosen, first="test")
    known = tuple((run.run_id, run.name) for run in chosen)
    comparison = _compared(chosen, known, session.judging(split).fingerprint, split)
    show_about(comparison.images, session.dataset())
    with st.container():
        for sentence in comparison.unread.values():
            st.warning(escaped(sentence), icon=":material/warning:")
    return comparison


@st.cache_resource(show_spinner=False, max_entries=16, ttl=60)
def _compared(_chosen: list[Run], known: tuple[tuple[str, str], ...], fingerprint: str, split: str) -> Comparison:
    """Return the comparison with its tests and intervals, kept for a minute, as lost predictions may be mended."""
    return compare_runs(_chosen, session.dataset(), split, probabilities)


def warn_of_other_data(runs: Sequence[Run]) -> None:
    """Say that a comparison compares data as well as models, where the runs did not learn from the same."""
    with st.container():
        if words := other_data(runs):
            st.warning(escaped(words), icon=":material/database:")


def show_verdict(comparison: Comparison) -> None:
    """Say in words what is proven, then show every run's interval and every pair's test."""
    with st.container():  # so that what is below keeps its place, however many sentences there are
        if len(comparison.answers) < 2:
            st.info("Choose a second run to compare with.", icon=":material/balance:")
        else:
            show_words(comparison.pairs, f"{TESTED} {THESE_ONLY}")
            tick_off("Compare")
    measure = choose_named("Figure", {"accuracy": "Accuracy", "f1_macro": "Macro F1"}, "accuracy", "measure")
    if len(comparison.standings):
        shown = comparison.standings.assign(name=comparison.standings["name"].map(html.escape))
        st.plotly_chart(_standings(shown, measure), key="standings")
    if len(comparison.pairs):
        folded(f"All pairs ({len(comparison.pairs)})", "pairs", partial(_pairs, comparison.pairs))


@st.cache_resource(show_spinner=False, max_entries=16)
def _standings(table: pd.DataFrame, measure: str) -> go.Figure:
    """Return the chart of the intervals, kept while the table stays."""
    return standings(table, measure)


def show_words(pairs: pd.DataFrame, explained: str) -> None:
    """Show a sentence a pair, the surest first, and what the test behind it asks."""
    ordered = pairs.sort_values("p_holm", kind="stable")
    for row in ordered.head(MOST_SENTENCES).to_dict("records"):
        st.markdown(f"{PROVEN if row['better'] else OPEN} {escaped(row['sentence'])}")
    st.caption(explained)


def show_short_words(pairs: pd.DataFrame) -> None:
    """Show one plain sentence a pair, the surest first, without the figures of the test."""
    for row in pairs.sort_values("p_holm", kind="stable").head(MOST_SENTENCES).to_dict("records"):
        st.markdown(f"{PROVEN if row['better'] else OPEN} **{escaped(short_words(row))}**")


def short_words(pair: Mapping[Hashable, Any]) -> str:
    """Return what a test says of a pair: "CNN is better than Forest", or that neither is proven."""
    if not pair["better"]:
        return f"{pair['first']} or {pair['second']}: no significant difference"
    worse = pair["second"] if pair["better"] == pair["first"] else pair["first"]
    return f"{pair['better']} is better than {worse}"


def _pairs(pairs: pd.DataFrame) -> None:
    percent = {"difference", "low", "high"}
    table = pairs.assign(**{name: 100 * pairs[name] for name in percent}).drop(columns="sentence")
    table["images_needed"] = table["images_needed"].replace(np.inf, np.nan)
    number = st.column_config.NumberColumn
    show_table(
        table,
        column_config={
            "first": "First",
            "second": "Second",
            "first_only": number("Only first correct", help="Images"),
            "second_only": number("Only second correct", help="Images"),
            "difference": number("Difference", format="%.2f points", help="First minus second, in percentage points"),
            "low": number("from", format="%.2f", help="95 % interval"),
            "high": number("to", format="%.2f", help="95 % interval"),
            "p": number("p", format="%.2g"),
            "p_holm": number("p, Holm", format="%.2g", help="Statistically significant below 0.05"),
            "better": "Better",
            "images_needed": number(
                "Images needed", format="localized", help="Needed for such a difference to be significant"
            ),
        },
        alt="McNemar's test of every pair",
    )


def show_differences(comparison: Comparison) -> None:
    """Pin one run as baseline and show, digit by digit, how the others differ from it."""
    names = list(comparison.answers)
    if len(names) < 2:
        st.info("Choose a second run to compare with the first.", icon=":material/balance:")
        return
    baseline = _choose_baseline(comparison)
    table = comparison.against(baseline)
    overall = table[table["digit"] == "all"]
    for row in overall.to_dict("records"):
        st.markdown(f"{escaped(row['name'])}: {escaped(_against(row))}")
    shown = table.assign(name=table["name"].map(html.escape))
    st.plotly_chart(differences(shown, html.escape(baseline), _colours(comparison)), key="differences")


def baseline_of(comparison: Comparison) -> str:
    """Return the name of the run that was chosen as baseline, "" where none was."""
    chosen = st.session_state.get(BASELINE)
    return next((name for name, run in comparison.runs.items() if run.run_id == chosen), "")


def _choose_baseline(comparison: Comparison) -> str:
    """Let people choose a run, which the address holds by its id; return its name, the first one's at first."""
    names = {comparison.runs[name].run_id: name for name in comparison.answers}
    runs = [comparison.runs[name] for name in names.values()]
    if st.session_state.get(BASELINE) not in names:
        st.session_state.pop(BASELINE, None)
    if not asked_for(str(st.query_params.get("baseline", "")), runs):
        st.query_params.pop("baseline", None)
    return names[choose_run(runs, "baseline", "Baseline").run_id]


def _against(row: dict[str, Any]) -> str:
    points = 100 * row["difference"]
    way = "as good as" if not points else f"{abs(points):.2f} points {'better' if points > 0 else 'worse'} than"
    return (
        f"{way} the baseline, 95 % interval {100 * row['low']:+.2f} to {100 * row['high']:+.2f}; "
        f"{row['gained']:,} images gained, {row['lost']:,} lost."
    )


def _colours(comparison: Comparison) -> dict[str, str] | None:
    """Return the kinds' colours where every chosen run is of another kind.

    Else the chart tells runs apart by its own.
    """
    kinds = [run.model for run in comparison.runs.values()]
    if len(set(kinds)) < len(kinds):
        return None
    return {html.escape(name): colour(run.model) for name, run in comparison.runs.items()}
