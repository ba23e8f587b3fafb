"""The runs that are not on the board, and why each is not."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.runs.run import Run, State
from core.ui import session
from core.ui.text import escaped

MOST_SHOWN = 50

SENTENCES = {
    State.QUEUED: "It waits for a worker; what it learns will be shown here.",
    State.RUNNING: "It is being trained.",
    State.FAILED: "It failed",
    State.CANCELLED: "It was cancelled, and nothing of it was kept.",
    State.INTERRUPTED: "It was interrupted",
}


def standing_in_words(run: Run) -> str:
    """Why a run cannot be compared here, in a sentence; "" for one that can."""
    if run.state in (State.FAILED, State.INTERRUPTED):
        return f"{SENTENCES[run.state]}: {run.reason}" if run.reason else f"{SENTENCES[run.state]}; nobody knows why."
    if not run.finished:
        return SENTENCES[run.state]
    if run.fingerprint != session.dataset().fingerprint:
        return (
            "It was judged on other images than the data set at hand has, so its figures say nothing beside these; "
            f"its images have the fingerprint {run.fingerprint}."
        )
    return ""


def open_button(place: DeltaGenerator, run: Run) -> None:
    """A button that opens the view of a run: a link to a page's own address would leave the old one in the browser."""
    place.button(escaped(run.name), key=f"open_{run.run_id}", type="tertiary", on_click=_open, args=(run.run_id,))


def _open(run_id: str) -> None:
    st.query_params["run"] = run_id


def show_others(runs: list[Run]) -> None:
    """List what is queued, running, ended without a model, or was judged on other images."""
    others = [(run, words) for run in runs if (words := standing_in_words(run))]
    if not others:
        return
    with st.expander(f"{len(others):,} more {'run is' if len(others) == 1 else 'runs are'} not on this board"):
        for run, words in others[:MOST_SHOWN]:
            link, reason = st.columns([2, 5], vertical_alignment="center")
            open_button(link, run)
            reason.caption(f"**{run.state.value}** · {escaped(words)}")
        if len(others) > MOST_SHOWN:
            st.caption(f"and {len(others) - MOST_SHOWN:,} older ones; `python -m core runs` lists them all.")
