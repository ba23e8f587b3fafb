"""From a filled form to a search at work: its size, the time it will take, the button."""

from __future__ import annotations

import streamlit as st

from core.jobs.estimate import duration
from core.jobs.tuning.request import Search
from core.jobs.tuning.tables import expected_seconds
from core.jobs.tuning.view import StudyView
from core.ui import identity, session
from core.ui.components.first_steps import tick_off
from core.ui.page import errors_shown
from core.ui.searches import searches
from core.ui.tune.form import search_form, size_in_words

CHOSEN = "search"


def show_new_search(known: list[StudyView]) -> None:
    """Show the form, what will be done, and the button; a wish that cannot be searched is told in a sentence."""
    with errors_shown():
        search = search_form(session.dataset(), identity.current_user())
        st.caption(f":material/timer: {size_in_words(search).capitalize()} · {_expected(search, known)}")
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        name = left.text_input("Name", placeholder="made from model and strategy", max_chars=120, key="tune_name")
        if right.button(
            "Search", type="primary", key="start_search", icon=":material/play_arrow:", width="stretch",
            disabled=identity.barred("search"),
        ):  # fmt: skip
            tick_off("Tune")
            st.query_params[CHOSEN] = searches().start(search, name, actor=identity.current_actor())
            st.rerun()


def _expected(search: Search, known: list[StudyView]) -> str:
    single = expected_seconds(search, known)
    if single is None:
        return "expected time: unknown, because no similar search has run here"
    count = search.budget.trials or 1
    return f"about {duration(single)} per trial, {duration(single * count)} of compute time shared by the workers"
