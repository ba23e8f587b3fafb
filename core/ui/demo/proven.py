"""Step 4 of the demo: which model reads more test images rightly, and whether that is more than luck."""

from __future__ import annotations

import html
from dataclasses import replace

import streamlit as st

from core.charts.standings import standings
from core.report.comparison import compare_runs
from core.ui import session
from core.ui.components.predictions import probabilities
from core.ui.components.reading import readers, title
from core.ui.components.verdict import TESTED, show_short_words, show_words


def show_proven() -> None:
    """Show every model's accuracy with its interval, and a sentence a pair."""
    runs = [replace(run, name=title(run)) for run in readers()]  # on a stage, one of a kind needs no more of a name
    comparison = compare_runs(runs, session.dataset(), "test", probabilities)
    figure, words = st.columns(2, gap="large")
    with figure:
        named = comparison.standings.assign(name=comparison.standings["name"].map(html.escape))
        st.plotly_chart(standings(named), key="demo_standings", config={"displayModeBar": False},
                        alt="Each model's accuracy on the test images with its 95 % interval")  # fmt: skip
        st.caption(
            f"Share of the {len(comparison.labels):,} test images that the model classifies correctly, with a 95 % "
            "confidence interval."
        )
    with words:
        if len(comparison.pairs):
            show_short_words(comparison.pairs)
            with st.popover("How this is tested", icon=":material/science:"):
                show_words(comparison.pairs, TESTED)
        else:
            st.info("There is only one model. Train a second one to compare.", icon=":material/balance:")
