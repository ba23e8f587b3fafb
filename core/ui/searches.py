"""The server's searches, as pages reach them, and the recovery of what a server that died has left."""

from __future__ import annotations

import threading

import streamlit as st

from core.jobs.tuning.search_server import Searches
from core.runs.database import sqlite_file
from core.runs.watch import FIRST_PAGE_SECONDS
from core.settings import settings
from core.ui import session


def searches() -> Searches:
    """Return the server's searches; the first call takes up those that a server that died has left."""
    return _searches(str(settings().home), settings().studies_url, settings().scheduler_address)


def take_up_jobs() -> None:
    """Go on with what a server that died has left, whichever page is opened first; once, and after that page."""
    database = sqlite_file(settings().ledger_url)
    if not settings().readonly and (database is None or database.exists()):
        _take_up(str(settings().home), settings().studies_url, settings().scheduler_address)


@st.cache_resource(show_spinner=False, max_entries=4)
def _take_up(home: str, studies_url: str, address: str | None) -> threading.Timer:
    timer = threading.Timer(2 * FIRST_PAGE_SECONDS, _searches, (home, studies_url, address))
    timer.daemon = True
    timer.start()
    return timer


@st.cache_resource(show_spinner=False, max_entries=4)
def _searches(home: str, studies_url: str, address: str | None) -> Searches:
    return Searches(session.queue().executor)
