"""What a run was trained as, on what machine, and what its job wrote on the way."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.errors import DigitLabError
from core.ledger.states import State
from core.report.parameters import settings_of
from core.runs import artifacts
from core.runs.run import Run
from core.ui.components.table import show_table
from core.ui.run_view.ensemble import show_members
from core.ui.text import escaped

LAST_LINES = 60


def show_specification(run: Run) -> None:
    """Show parameters, preprocessing, seed, and hardware and versions."""
    if run.committee is not None:
        show_members(run.committee)
        with st.expander("As JSON"):
            st.json(run.committee.model_dump(mode="json"))
    elif run.trained_as is None:
        words = "It was imported" if run.external else "Another version of Digit Lab wrote its specification"
        st.info(f"{words}, so its parameters are not known here.", icon=":material/info:")
    else:
        parameters, recipe = st.columns(2, gap="large")
        with parameters:
            st.subheader("Parameters", anchor=False)
            _rows(run.trained_as.parameters)
            _rows(settings_of(run))
        with recipe:
            st.subheader("Preprocessing", anchor=False)
            for place, step in enumerate(run.trained_as.recipe.steps, 1):
                told = ", ".join(f"{name} {value}" for name, value in step.settings().items())
                st.markdown(f"{place}. **{step.title}** {escaped(told)}")
        with st.expander("As JSON"):
            st.json(run.trained_as.model_dump(mode="json"))
    _environment(run)


def _rows(values: dict[str, Any]) -> None:
    table = pd.DataFrame({"name": list(values), "value": [str(value) for value in values.values()]})
    show_table(table, width="stretch", alt="Settings and their values")


def _environment(run: Run) -> None:
    if not run.environment:
        return
    with st.expander("Machine and versions"):
        packages = run.environment.get("packages", {})
        flat = {name: value for name, value in run.environment.items() if name != "packages"}
        _rows({**flat, **packages, "key": run.key, "fingerprint of the evaluation data": run.fingerprint})


def show_log(run: Run) -> None:
    """Show the job's log, with the traceback of one that failed."""
    text = _log(run)
    if text is None:
        st.info(_no_log(run), icon=":material/description:")
        return
    name = f"{run.short_id}.log"
    st.download_button("Download the full log", text, name, "text/plain", icon=":material/download:", on_click="ignore")
    lines = text.splitlines()
    if run.state is State.FAILED:
        st.caption("End of the log, with the traceback:")
    st.code("\n".join(lines[-LAST_LINES:]) or "The log is empty.", language="log", wrap_lines=True)


def _log(run: Run) -> str | None:
    if run.shipped:
        return None
    try:
        return artifacts.local(run, artifacts.LOG).read_text("utf-8", errors="replace")
    except (DigitLabError, OSError):
        return None


def _no_log(run: Run) -> str:
    if run.shipped:
        return "Shipped models have no stored log."
    if run.state.active:
        return "The log is stored when the job ends."
    return "There is no log: the job ended before it was stored, or it was lost."
