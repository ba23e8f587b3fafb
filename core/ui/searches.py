"""The server's searches, as pages reach them."""

from __future__ import annotations

import threading

import streamlit as st

from core.jobs.tuning.service import Searches
from core.runs.database import sqlite_file
from core.runs.watch import FIRST_PAGE_SECONDS
from core.settings import settings
from core.ui import session


def searches() -> Searches:
    """Return the server's searches; the first call takes up those that a server that died has left."""
    return _searches(str(settings().home), settings().studies_url, settings().scheduler_address)


def take_up_searches() -> None:
    """Go on with what a server that died has left, whichever page is opened first; once, and after that page."""
    database = sqlite_file(settings().studies_url)
    if not settings().readonly and (database is None or database.exists()):
        _take_up(str(settings().home), settings().studies_url, settings().scheduler_address)


def searches_at_work(owner: str) -> list[str]:
    """Return an owner's searches that this server coordinates; opens no studies where there are none yet."""
    database = sqlite_file(settings().studies_url)
    if settings().readonly or (database is not None and not database.exists()):
        return []
    return searches().at_work(owner)


@st.cache_resource(show_spinner=False, max_entries=4)
def _take_up(home: str, studies_url: str, address: str | None) -> threading.Timer:
    timer = threading.Timer(2 * FIRST_PAGE_SECONDS, _searches, (home, studies_url, address))
    timer.daemon = True
    timer.start()
    return timer


@st.cache_resource(show_spinner=False, max_entries=4)
def _searches(home: str, studies_url: str, address: str | None) -> Searches:
    return Searches(session.queue().executor)
