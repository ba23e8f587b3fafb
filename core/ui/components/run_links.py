"""Links to a run and to what can be done with it, and why a run cannot be compared here."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ledger.states import State
from core.runs import judging
from core.runs.run import Run
from core.ui import session
from core.ui.text import escaped

SENTENCES = {
    State.QUEUED: "It is waiting for a worker; its results will be shown here.",
    State.RUNNING: "It is being trained.",
    State.FAILED: "It failed",
    State.CANCELLED: "It was cancelled, and nothing was stored.",
    State.INTERRUPTED: "It was interrupted",
}


def standing_in_words(run: Run, fingerprint: str = "") -> str:
    """Return why a run cannot be compared here, in a sentence; "" for one that can.

    `fingerprint` is the data set's, for those who ask of many runs.
    """
    if run.state in (State.FAILED, State.INTERRUPTED):
        return (
            f"{SENTENCES[run.state]}: {run.reason}"
            if run.reason
            else f"{SENTENCES[run.state]}; no reason was recorded."
        )
    if not run.finished:
        return SENTENCES[run.state]
    if run.fingerprint != (fingerprint or session.dataset().fingerprint):
        return (
            "It was evaluated on other images than the current data set, so its metrics cannot be "
            f"compared with these; its evaluation data has the fingerprint {run.fingerprint}."
        )
    return ""


def accuracy_in_words(run: Run, split: str) -> str:
    """Return a run's accuracy with the number of its images: "validation accuracy 98.20 % of 500 images"."""
    return f"{split} accuracy {judging.accuracy_in_words(run, split, session.dataset())}"


def link_to_run(place: DeltaGenerator, run: Run) -> None:
    """Show a link that opens a run."""
    place.page_link("pages/9_Run.py", label=escaped(run.name), query_params={"run": run.run_id})


def show_ways_on(run: Run) -> None:
    """Link to what can be done with a run that has ended: open it, see its errors, compare it, train it again."""
    with st.container(horizontal=True):
        st.page_link("pages/9_Run.py", label="Open", icon=":material/open_in_new:", query_params={"run": run.run_id})
        if run.finished:
            st.page_link("pages/5_Errors.py", label="Errors", icon=":material/grid_on:",
                         query_params={"run": run.short_id})  # fmt: skip
            best = next((other for other in session.finished() if other.run_id != run.run_id), None)
            pair = [run.short_id, *([best.short_id] if best else [])]
            st.page_link("pages/4_Compare.py", label="Compare", icon=":material/balance:", query_params={"runs": pair})
        if run.trained_as is not None:
            st.page_link("pages/2_Train.py", label="Train again", icon=":material/repeat:",
                         query_params={"from": run.run_id})  # fmt: skip
