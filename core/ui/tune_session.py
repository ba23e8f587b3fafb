"""The server's searches, as pages reach them."""

from __future__ import annotations

import streamlit as st

from core.jobs.tuning_service import Searches
from core.settings import settings
from core.ui import session


def searches() -> Searches:
    """The server's searches; the first call takes up those that a server that died has left."""
    return _searches(str(settings().home), settings().studies_url, settings().scheduler_address)


@st.cache_resource(show_spinner=False, max_entries=4)
def _searches(home: str, studies_url: str, address: str | None) -> Searches:
    return Searches(session.queue().executor)
