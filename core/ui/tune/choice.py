"""Which search one looks at, from all that the studies hold."""

from __future__ import annotations

import streamlit as st

from core.jobs.tuning.view import StudyView, all_views
from core.ui.searches import searches
from core.ui.text import escaped

CHOSEN = "search"


def known_searches() -> list[StudyView]:
    """Return every search, the newest first; those that a dead server has left are taken up on the way."""
    searches()
    return all_views()


def chosen_search(known: list[StudyView]) -> StudyView | None:
    """Return the search in the address or the one picked; None where there is none."""
    names = [found.name for found in known]
    if not names:
        st.caption("No search yet: set one up below.")
        return None
    wanted = st.query_params.get(CHOSEN)
    if wanted and wanted not in names:
        st.info(
            f"There is no search “{escaped(wanted[:60])}”; the newest one is shown instead.",
            icon=":material/search_off:",
        )
    position = names.index(wanted) if wanted in names else 0
    states = {found.name: found for found in known}
    picked = st.selectbox(
        "Search",
        names,
        index=position,
        format_func=lambda name: f"{name} · {states[name].state}, {states[name].ended} trials",
    )
    st.query_params[CHOSEN] = picked
    return states[picked]
