"""What every page begins with: its title, what it is for, and a word where it works on a sample of the data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import DigitLabError
from core.ui import download, session
from core.ui.addressed import address_heeded
from core.ui.frame import require_frame
from core.ui.searches import take_up_jobs
from core.ui.shown_errors import errors_shown as errors_shown
from core.ui.shown_errors import fragment as fragment
from core.ui.theme import NARROW, start_page


@contextmanager
def page(title: str, purpose: str, *, compact: bool = False, about_data: bool = True) -> Iterator[None]:
    """Head a page's own content; a compact one begins with the sidebar closed, and without banner.

    A page that shows no figures of the data set is not `about_data`, and has no banner either.
    Whatever Digit Lab refuses or fails at inside becomes one sentence on the page; a bug stays visible.
    """
    require_frame()
    start_page(title, purpose, sidebar="collapsed" if compact else NARROW)
    with errors_shown():
        if session.dataset().is_sample and about_data and not compact:
            download.show_banner(session.dataset())
    if not _has_data():
        st.stop()
    take_up_jobs()
    with errors_shown(), address_heeded():
        yield


def _has_data() -> bool:
    """Return whether there is a data set to work on; `errors_shown` has said what is wrong where there is none."""
    try:
        session.dataset()
    except DigitLabError:
        return False
    return True
