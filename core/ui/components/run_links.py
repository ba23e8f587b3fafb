"""A link to a run, and why a run cannot be compared here."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from core.ledger.states import State
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


def link_to_run(place: DeltaGenerator, run: Run) -> None:
    """Show a link that opens a run."""
    place.page_link("pages/9_Run.py", label=escaped(run.name), query_params={"run": run.run_id})
