"""The run that an address names, wherever it is: known here, new in the registry, or in the trash."""

from __future__ import annotations

import streamlit as st

from core.runs import registry
from core.runs.run import Run
from core.ui import session
from core.ui.errors_runs import asked_for


def found_run(asked: str) -> Run:
    """A run by id, the start of one or its label; waits for a registry that opens, and raises UnknownRunError."""
    if session.watcher().runs() is None and session.run_by_id(asked) is None:
        with st.spinner("Opening the run registry ..."):
            session.watcher().refresh()
    return asked_for(asked, session.runs()) or registry.get(asked)
