"""Who is champion, chosen by a button that asks for a reason; kept, and undone by another."""

from __future__ import annotations

import streamlit as st

from core.errors import DigitLabError
from core.permissions import may
from core.runs import champion
from core.runs.champion import Choice
from core.runs.run import Run
from core.settings import settings
from core.ui import identity, session
from core.ui.page import errors_shown
from core.ui.text import escaped


def champion_id() -> str:
    """Return the champion's run id; "" where nobody was chosen, or the registry has not been opened or read."""
    return next((choice.run_id for choice in choices() if choice.current), "")


def choices() -> list[Choice]:
    """Return every choice of a champion, the newest first; empty until the registry has been opened."""
    if session.watcher().runs() is None:
        return []
    try:
        return _choices(str(settings().home), settings().tracking_uri)
    except DigitLabError:
        return []


@st.cache_data(ttl=10, max_entries=4, show_spinner=False)
def _choices(home: str, tracking_uri: str) -> list[Choice]:
    return champion.history()


def show_champion(run: Run) -> None:
    """Show a button to make this run champion, or to take that back."""
    if run.run_id == champion_id():
        _show_undo(run)
        return
    barred = not may(identity.current_actor(), "crown", run.owner)
    with st.popover("Make champion", icon=":material/crown:", width="stretch", disabled=barred):
        reason = st.text_area(
            "Why this run?", key="champion_reason", max_chars=champion.MAX_REASON, placeholder="best on validation ..."
        )
        if st.button("Make champion", key="crown", type="primary", width="stretch"):
            with errors_shown():
                champion.crown(run, reason, actor=identity.current_actor())
                _again(f"{run.name} is the champion now: it is used wherever no model is named.")


def _show_undo(run: Run) -> None:
    with st.popover("Champion", icon=":material/crown:", width="stretch"):
        choice = next(choice for choice in choices() if choice.current)
        st.markdown(f"Chosen by {escaped(choice.chosen_by)} on {choice.at:%d %B %Y}: {escaped(choice.reason)}")
        barred = not may(identity.current_actor(), "undo", choice.chosen_by)
        if st.button("Undo", key="uncrown", disabled=barred, width="stretch"):
            with errors_shown():
                champion.undo(actor=identity.current_actor())
                _again(f"{run.name} is no longer champion.")


def _again(words: str) -> None:
    _choices.clear()
    st.toast(escaped(words))
    st.rerun()


def show_history() -> None:
    """Show every choice so far with its reason, the newest first."""
    names = {run.run_id: run.name for run in session.runs()}
    for choice in choices():
        mark = " :material/crown:" if choice.current else ""
        name = escaped(names.get(choice.run_id, choice.run_id[:8]))
        st.markdown(f"{choice.at:%d %b %Y} **{name}**{mark}, by {escaped(choice.chosen_by)}: {escaped(choice.reason)}")
