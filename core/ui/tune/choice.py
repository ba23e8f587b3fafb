"""Which search one looks at, from all that the studies hold."""

from __future__ import annotations

import streamlit as st

from core.jobs.tuning.view import StudyView, all_views
from core.ui.searches import searches
from core.ui.text import escaped

CHOSEN = "search"
BOX, WRITTEN = "search_box", "search_written"


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
    wanted = st.query_params.get(CHOSEN, "")
    with st.container():
        if wanted and wanted not in names:
            st.info(
                f"There is no search “{escaped(wanted[:60])}”; the newest one is shown instead.",
                icon=":material/search_off:",
            )
    if wanted != st.session_state.get(WRITTEN) or st.session_state.get(BOX) not in names:
        st.session_state[BOX] = wanted if wanted in names else names[0]
    searches_known = {found.name: found for found in known}
    picked = st.selectbox("Search", names, key=BOX, format_func=lambda name: _title(searches_known[name]))
    st.query_params[CHOSEN] = st.session_state[WRITTEN] = picked
    return searches_known[picked]


def _title(found: StudyView) -> str:
    """Return the title of a search, which stays while it is at work: a browser sends back the title it was shown."""
    return f"{found.name} · running" if found.at_work else f"{found.name} · {found.state}, {found.ended:,} trials"
