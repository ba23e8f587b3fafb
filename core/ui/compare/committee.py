"""Making a committee of the chosen runs."""

from __future__ import annotations

import streamlit as st

from core.jobs.committee import make_committee
from core.runs.run import Run
from core.ui import identity, session
from core.ui.page import errors_shown
from core.ui.text import escaped


def show_committee(chosen: list[Run]) -> None:
    """Show a button that lets two chosen runs or more answer together, and opens the run that comes of it."""
    if len(chosen) < 2 or identity.barred("combine"):
        return
    with st.expander("Build an ensemble", icon=":material/groups:"), errors_shown():
        st.markdown(
            f"An ensemble of {escaped(', '.join(run.name for run in chosen))} averages their "
            "probabilities. It becomes a run with its own metrics, and keeps working when its members are deleted."
        )
        name = st.text_input("Name", key="committee_name", max_chars=120)
        equal = st.toggle(
            "Equal weights",
            key="committee_equal",
            help="Otherwise the weights minimise the log loss on the validation images.",
        )
        if st.button("Build the ensemble", key="make_committee", icon=":material/groups:"):
            _make(chosen, name, equal)


def _make(chosen: list[Run], name: str, equal: bool) -> None:
    with st.spinner("Fitting the weights ..."):
        run = make_committee(
            chosen,
            session.dataset(),
            weights="equal" if equal else "validation",
            name=name,
            actor=identity.current_actor(),
        )
    session.watcher().refresh()
    st.query_params["run"] = run.run_id
    st.rerun()
