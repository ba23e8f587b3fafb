"""The frame around every page, drawn by the entry: what it draws stays as it is when another page opens."""

from __future__ import annotations

from contextvars import ContextVar

import streamlit as st

from core import logs
from core.errors import DigitLabError
from core.settings import settings
from core.ui import identity, session
from core.ui.browser import prepare_browser
from core.ui.glossary import offer_glossary
from core.ui.navigation import navigation, on_stage
from core.ui.notices import show_notices
from core.ui.pins import offer_pin
from core.ui.shown_errors import errors_shown
from core.ui.text import sentence
from core.ui.theme import dress

NOT_WRITABLE = (
    "{home} cannot be written to: nothing can be trained, stored or read from there; the shipped models work. "
    "Set `DIGITLAB_HOME` to a folder that you may write to, and restart Digit Lab."
)
_DRAWN = ContextVar("drawn", default=False)


def run_page() -> None:
    """Draw the sidebar, and run the page that the address asks for."""
    logs.configure()
    page = navigation()
    session.visit_began()
    token = _DRAWN.set(True)
    try:
        with session.one_look():
            dress()
            with st.sidebar, errors_shown():
                _sidebar(page.url_path, stage=on_stage(page))
            page.run()
    finally:
        _DRAWN.reset(token)


def require_frame() -> None:
    """Begin anew from the entry where `run_page` has not run; to be called before anything else of a page.

    Streamlit runs a page of the folder `pages` by itself when it is the first that anybody opens on a server.
    """
    if not _DRAWN.get():
        run_page()
        st.stop()


def _sidebar(page: str, *, stage: bool) -> None:
    _data_line()
    offer_glossary()
    if not stage:
        offer_pin(page)
    if settings().readonly:
        st.info(
            "Read-only mode: you can view everything, but you cannot start or change anything.",
            icon=":material/visibility:",
        )
    if not settings().writable:
        st.error(sentence(NOT_WRITABLE.format(home=settings().home)), icon=":material/folder_off:")
    elif not stage:  # no place for the presenter's jobs
        show_notices()
    identity.login_button()
    prepare_browser()


def _data_line() -> None:
    try:
        dataset = session.dataset()
    except DigitLabError:
        return  # the page says why there is none
    sizes = [len(split.labels) for split in (dataset.train, dataset.validation, dataset.test)]
    name = "Sample of MNIST" if dataset.is_sample else "MNIST"
    st.caption(
        f"**{name}** · {sizes[0]:,} training, {sizes[1]:,} validation and {sizes[2]:,} test images",
        help=f"{dataset.origin}. Fingerprint of the evaluation data: {dataset.fingerprint}",
    )
    for notice in dataset.notices:
        st.caption(f":material/info: {notice}")
