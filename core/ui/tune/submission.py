"""From a filled form to a search at work: its size, the time it will take, the button."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.jobs.estimate import duration
from core.jobs.tuning.request import Search
from core.jobs.tuning.tables import expected_seconds
from core.jobs.tuning.view import StudyView, all_views
from core.models.catalogue import short_title
from core.ui import identity, session
from core.ui.components.action_bar import action_bar
from core.ui.components.first_steps import tick_off
from core.ui.components.job_card import starting
from core.ui.page import errors_shown, fragment
from core.ui.searches import searches
from core.ui.text import escaped
from core.ui.tune.form import search_form, size_in_words
from core.ui.tune.live import STARTED

CHOSEN = "search"
ASKED = "search_asked"
"""The identical running search for which the page has asked for a second click."""


def show_new_search(known: list[StudyView]) -> None:
    """Show the form, what will be done, and the button; a wish that cannot be searched is told in a sentence."""
    with st.container(), errors_shown():
        search = search_form(session.dataset(), identity.current_user())
        words = f"{size_in_words(search).capitalize()} · {_expected(search, known)}"
        _submission(search, words, st.container(), action_bar("search"))


@fragment
def _submission(search: Search, words: str, place: DeltaGenerator, bar: DeltaGenerator) -> None:
    """Show the name and the button. A fragment, so that a click has its answer before the page is drawn anew."""
    name = place.text_input(
        "Name", placeholder="made from model and strategy", max_chars=120, key="tune_name", on_change="ignore"
    )
    with bar, st.container(horizontal=True, vertical_alignment="center"):
        clicked = st.button(
            "Search", type="primary", key="start_search", icon=":material/play_arrow:",
            disabled=identity.barred("search"),
        )  # fmt: skip
        st.caption(f":material/timer: {words}")
    with st.container(key="search_start"), errors_shown():
        if clicked:
            _start(search, name)


def _start(search: Search, name: str) -> None:
    """Start a search, and open it; the same one that runs already asks first, as after two quick clicks."""
    with starting("search_start", name or f"Search of {short_title(search.model)}") as card:
        same = next((found for found in all_views() if found.at_work and found.search == search), None)
        if same is not None and st.session_state.get(ASKED) != search:
            st.session_state[ASKED] = search
            card.info(
                f"An identical search is running: {escaped(same.name)}. Press Search again to start another.",
                icon=":material/history:",
            )
            return
        st.session_state[ASKED] = None
        tick_off("Tune")
        started = searches().start(search, name, actor=identity.current_actor())
    st.session_state[STARTED] = st.query_params[CHOSEN] = started
    st.rerun()


def _expected(search: Search, known: list[StudyView]) -> str:
    single = expected_seconds(search, known)
    if single is None:
        return "expected time: unknown, because no similar search has run here"
    count = search.budget.trials or 1
    return f"about {duration(single)} per trial, {duration(single * count)} of compute time shared by the workers"
