"""The frame of every page: title, what it is for, the data in use, and notices of jobs that have ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core import logs
from core.data.dataset import Dataset
from core.errors import DigitLabError
from core.settings import settings
from core.ui import download, identity, session
from core.ui.addressed import address_heeded
from core.ui.browser import prepare_browser
from core.ui.glossary import offer_glossary
from core.ui.navigation import require_navigation
from core.ui.notices import show_notices
from core.ui.pins import offer_pin
from core.ui.searches import take_up_jobs
from core.ui.shown_errors import errors_shown as errors_shown
from core.ui.text import sentence
from core.ui.theme import NARROW, start_page

NOT_WRITABLE = (
    "{home} cannot be written to: nothing can be trained, stored or read from there; the shipped models work. "
    "Set `DIGITLAB_HOME` to a folder that you may write to, and restart Digit Lab."
)


@contextmanager
def page(title: str, purpose: str, *, compact: bool = False, about_data: bool = True) -> Iterator[None]:
    """Draw the frame around a page's own content; a compact one begins with the sidebar closed, and without banner.

    A page that shows no figures of the data set is not `about_data`, and has no banner either.
    Whatever Digit Lab refuses or fails at inside becomes one sentence on the page; a bug stays visible.
    """
    logs.configure()
    require_navigation()
    session.visit_began()
    start_page(title, purpose, sidebar="collapsed" if compact else NARROW)
    with errors_shown():
        _sidebar(title, session.dataset(), compact=compact, banner=about_data and not compact)
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


def _sidebar(title: str, dataset: Dataset, *, compact: bool, banner: bool) -> None:
    with st.sidebar:
        _data_line(dataset)
        offer_glossary()
        if not compact:
            offer_pin(title)
        if settings().readonly:
            st.info(
                "Read-only mode: you can view everything, but you cannot start or change anything.",
                icon=":material/visibility:",
            )
        if not settings().writable:
            st.error(sentence(NOT_WRITABLE.format(home=settings().home)), icon=":material/folder_off:")
        elif not compact:  # a stage is no place for the presenter's jobs
            show_notices()
        identity.login_button()
        prepare_browser()
    if dataset.is_sample and banner:
        download.show_banner(dataset)


def _data_line(dataset: Dataset) -> None:
    sizes = [len(split.labels) for split in (dataset.train, dataset.validation, dataset.test)]
    name = "Sample of MNIST" if dataset.is_sample else "MNIST"
    st.caption(
        f"**{name}** · {sizes[0]:,} training, {sizes[1]:,} validation and {sizes[2]:,} test images",
        help=f"{dataset.origin}. Fingerprint of the evaluation data: {dataset.fingerprint}",
    )
    for notice in dataset.notices:
        st.caption(f":material/info: {notice}")
