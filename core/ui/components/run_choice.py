"""Which runs a page looks at: one or several, by their ids in its address; and a run wherever it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.models.catalogue import short_title
from core.runs import registry
from core.runs.run import Run
from core.ui import session
from core.ui.text import escaped


def run_label(run: Run) -> str:
    """Return a run's name with its short id, so that no two are alike."""
    known = run.shipped and run.name == short_title(run.model)
    return f"{run.name} · {'shipped' if known else run.short_id}"


def board_with(asked: Sequence[str]) -> list[Run]:
    """Return the finished runs; waits for the registry only where shipped models are not all that is asked for."""
    board = session.finished()
    if session.watcher().runs() is None and not (board and all(asked_for(text, board) for text in asked if text)):
        with st.spinner("Opening the run registry ..."):
            session.watcher().refresh()
        return session.finished()
    return board


def choose_run(board: list[Run], key: str = "run", label: str = "Model") -> Run:
    """Let people choose one of some runs; the first, the best of validation, while they have not.

    The address names the run by its short id (`?run=1a2b3c4d`), which a select box bound to the address, as the others
    are, could not do: that writes its label. It names the best one too, so that a link shows tomorrow what it shows
    today. What is chosen, unless it is the best, is remembered when people come from another page.
    """
    box, kept, written = f"{key}_box", f"{key}_kept", f"{key}_written"
    asked = str(st.query_params.get(key, ""))
    if _arrived() or box not in st.session_state:
        wanted = asked or str(st.session_state.get(kept, ""))
        st.session_state[box] = _found(wanted, board) or board[0].run_id
    elif asked != st.session_state.get(written):  # somebody went back or forward in the browser
        st.session_state[box] = _found(asked, board) or board[0].run_id
    labels = {run.run_id: run_label(run) for run in board}
    chosen = st.selectbox(label, list(labels), format_func=labels.__getitem__, key=box)
    run = next(run for run in board if run.run_id == chosen)
    st.session_state[kept] = run.short_id if run is not board[0] else ""
    st.session_state[written] = run.short_id
    if asked != run.short_id:
        st.query_params[key] = run.short_id
    return run


def choose_runs(
    label: str,
    board: Sequence[Run],
    key: str,
    start: Sequence[Run] = (),
    place: DeltaGenerator | None = None,
    **box: Any,
) -> list[Run]:
    """Let people choose several of some runs; those of `start` while they have not.

    The address names them by their short ids (`?runs=1a2b3c4d&runs=cnn`), which stay when a run is renamed; those of
    `start` too, so that a link shows tomorrow what it shows today. The key in the session holds their ids; what is
    chosen is remembered when people come from another page.

    Parameters
    ----------
    key : str
        In the session and in the address.
    place : DeltaGenerator, optional
        Where the control stands, if not here.
    **box
        More for `st.multiselect`.
    """
    labels = {run.run_id: run_label(run) for run in board}
    usual, kept, written = [run.run_id for run in start], f"{key}_kept", f"{key}_written"
    asked = st.query_params.get_all(key)
    if key not in st.session_state:
        st.session_state[key] = _all_found(asked or st.session_state.get(kept, []), board) or usual
    elif asked != st.session_state.get(written):  # somebody went back or forward in the browser
        st.session_state[key] = _all_found(asked, board) or usual
    st.session_state[key] = [run_id for run_id in st.session_state[key] if run_id in labels]
    chosen = (place or st).multiselect(label, list(labels), key=key, format_func=labels.__getitem__, **box)
    runs = [run for run_id in chosen for run in board if run.run_id == run_id]
    names = [run.short_id for run in runs]
    st.session_state[kept] = [] if chosen == usual else names
    st.session_state[written] = names
    if names != asked:
        st.query_params[key] = names
    return runs


def _all_found(asked: Sequence[str], board: Sequence[Run]) -> list[str]:
    found = {text: asked_for(text, board) for text in asked}
    missing = [text for text, run in found.items() if run is None]
    if missing:
        st.info(f"Not in this table: {escaped(', '.join(missing)[:120])}.", icon=":material/search_off:")
    return list(dict.fromkeys(run.run_id for run in found.values() if run))


def _arrived() -> bool:
    """Return whether this page has been come to from another one that chooses a run."""
    path = urlsplit(st.context.url or "").path
    before, st.session_state["run_page"] = st.session_state.get("run_page"), path
    return before != path


def _found(text: str, board: list[Run]) -> str | None:
    found = asked_for(text, board)
    if text and found is None:
        st.info(f"There is no finished run “{escaped(text[:60])}” on this data; the best run is shown instead.")
    return found.run_id if found else None


def asked_for(text: str, board: Sequence[Run]) -> Run | None:
    """Return the run that an address means: by its id, the start of it (four characters at least), or its label."""
    labelled = [run for run in board if run_label(run) == text]
    text = text.rpartition(" · ")[2]
    exact = labelled or [run for run in board if text in (run.run_id, run.short_id)]
    started = [run for run in board if len(text) >= 4 and run.run_id.startswith(text)]
    return next(iter(exact or started), None)


def found_run(asked: str) -> Run:
    """Return a run by id, the start of one or its label.

    Waits for a registry that opens, and raises UnknownRunError.
    """
    if session.watcher().runs() is None and session.run_by_id(asked) is None:
        with st.spinner("Opening the run registry ..."):
            session.watcher().refresh()
    return asked_for(asked, session.runs()) or registry.get(asked)
