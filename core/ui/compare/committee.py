"""Building an ensemble of the chosen runs, and its card."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.jobs import ensemble_job
from core.models.serving.committee import Weights
from core.runs.run import Run
from core.ui import identity, session
from core.ui.components.asked import at_work, show_asked
from core.ui.components.folded import folded
from core.ui.components.job_card import starting
from core.ui.components.recent_jobs import Asked, asked_here, note, noted
from core.ui.page import fragment
from core.ui.text import escaped

POLL_SECONDS = 1.0


def show_committee(chosen: list[Run]) -> None:
    """Show a button that builds an ensemble of two chosen runs or more, and the cards of those that were built."""
    with st.container():  # what is below keeps its place, also where one run is chosen
        if len(chosen) > 1 and not identity.barred("combine"):
            folded("Build an ensemble", "ensemble", partial(_show, chosen), icon=":material/groups:",
                   expanded=bool(_built()))  # fmt: skip


def _show(chosen: list[Run]) -> None:
    busy = any(at_work(asked) for asked in _built())
    fragment(_panel, run_every=POLL_SECONDS if busy else None)(chosen, busy)


def _built() -> list[Asked]:
    return [asked for asked in noted() if asked.name.startswith(ensemble_job.JOB)]


def _panel(chosen: list[Run], was_at_work: bool) -> None:
    if was_at_work and not any(at_work(asked) for asked in _built()):
        session.watcher().refresh()  # so that the new run is known
        st.rerun()
    names = ", ".join(run.name for run in chosen)
    st.markdown(
        f"An ensemble of {escaped(names)} averages their probabilities. It becomes a run with its own metrics, and "
        "keeps working when its members are deleted."
    )
    name = st.text_input("Name", key="committee_name", max_chars=120, on_change="ignore")
    equal = st.toggle(
        "Equal weights",
        key="committee_equal",
        help="Otherwise the weights minimise the log loss on the validation images.",
        on_change="ignore",
    )
    clicked = st.button("Build the ensemble", key="make_committee", icon=":material/groups:")
    with st.container(key="committee_start"):
        if clicked:
            _build(chosen, name, "equal" if equal else "validation")
    for asked in _built():
        show_asked(asked, here=True)
    if clicked:
        st.rerun()


def _build(chosen: list[Run], name: str, weights: Weights) -> None:
    title = name or f"Ensemble of {', '.join(run.name for run in chosen)}"
    with starting("committee_start", title) as card:
        asked = asked_here(title, (ensemble_job.job_of(chosen, weights, name),))
        if not at_work(asked):  # as by the second of two quick clicks
            executor, fingerprint = session.queue().executor, session.dataset().fingerprint
            ensemble_job.start(executor, chosen, fingerprint, weights, name, identity.current_actor())
            note(asked)
        card.empty()
