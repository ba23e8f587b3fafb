"""The runs that are not on the board, and why each is not."""

from __future__ import annotations

import streamlit as st

from core.runs.run import Run
from core.ui import session
from core.ui.components.run_links import link_to_run, standing_in_words
from core.ui.text import escaped

MOST_SHOWN = 50


def show_others(runs: list[Run]) -> None:
    """List what is queued, running, ended without a model, or was judged on other images."""
    fingerprint = session.dataset().fingerprint
    others = [(run, words) for run in runs if (words := standing_in_words(run, fingerprint))]
    if not others:
        return
    with st.expander(f"{len(others):,} more {'run is' if len(others) == 1 else 'runs are'} not in this table"):
        for run, words in others[:MOST_SHOWN]:
            link, reason = st.columns([2, 5], vertical_alignment="center")
            link_to_run(link, run)
            reason.caption(f"**{run.state.value}** · {escaped(words)}")
        if len(others) > MOST_SHOWN:
            st.caption(f"and {len(others) - MOST_SHOWN:,} older runs; `python -m core runs` lists all of them.")
