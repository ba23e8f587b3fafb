"""A word on every page when one of one's jobs has ended."""

from __future__ import annotations

import streamlit as st

from core.runs.run import Run, State
from core.ui import identity, session, text

WATCHED = "notices_watched"
POLL_SECONDS = 3
OPENING_SECONDS = 0.7
SYMBOLS = {
    State.FINISHED: ":material/check_circle:",
    State.FAILED: ":material/error:",
    State.CANCELLED: ":material/cancel:",
    State.INTERRUPTED: ":material/power_off:",
}


def show_notices() -> None:
    """Say which of one's jobs are at work, and tell once when one has ended."""
    session.runs()
    if session.watcher().opening:
        st.fragment(_opening, run_every=OPENING_SECONDS)()
        return
    if session.watcher().error:
        st.error(text.sentence(session.watcher().error), icon=":material/database_off:")
    poll = POLL_SECONDS if _mine_active() else None
    st.fragment(_notices, run_every=poll)()


def _opening() -> None:
    """The page is usable while the registry opens; its runs join when it has."""
    if session.watcher().opening:
        st.caption(":material/hourglass_empty: Opening the run registry")
    else:
        st.rerun()


def _mine_active() -> list[Run]:
    return [run for run in session.active() if run.owner == identity.current_user()]


def _notices() -> None:
    mine = _mine_active()
    watched: set[str] = st.session_state.setdefault(WATCHED, set())
    ended = [run for run in _known(watched) if not run.state.active]
    for run in ended:
        st.toast(text.escaped(sentence(run)), icon=SYMBOLS[run.state], duration="long")
        watched.discard(run.run_id)
    watched.update(run.run_id for run in mine)
    if mine:
        working = [run for run in mine if run.state is State.RUNNING]
        st.caption(
            f":material/hourglass_top: {len(working)} of your trainings at work, {len(mine) - len(working)} waiting"
        )


def _known(run_ids: set[str]) -> list[Run]:
    return [run for run_id in run_ids if (run := session.run_by_id(run_id))]


def sentence(run: Run) -> str:
    """How a job ended, in a sentence."""
    if run.state is State.FINISHED:
        right = 100 * run.metrics.get("validation_accuracy", 0)
        return f"{run.name} is trained: {right:.2f} % of validation images right."
    return f"{run.name} {run.state.value}. {run.reason}"
