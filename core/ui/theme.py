"""How pages look: the style sheet, the wordmark, the browser's tab, and the head of the page."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.ui import brand

Sidebar = Literal["collapsed"] | int
NARROW = 240  # CSS pixels of the sidebar: its links are short, and a projector has 1,280
WITHOUT_SIDEBAR = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none; }
</style>"""
ABOUT = "Digit Lab: handwritten-digit recognition on MNIST, from preprocessing to comparison."


def dress() -> None:
    """Give the window the style sheet and the wordmark; a page inside a frame (a pin of the demo) has no sidebar."""
    st.html(brand.style(dark=is_dark()))
    if st.context.is_embedded:
        st.html(WITHOUT_SIDEBAR)
    else:
        st.logo(brand.wordmark(dark=is_dark()), size="large", icon_image=brand.MARK)


def start_page(title: str, why: str, *, sidebar: Sidebar = NARROW) -> None:
    """Set the browser's tab, and head the page with its title and a sentence on what it shows and why it matters.

    Its menu entry "About" also brings back the choice of light or dark, as `toolbarMode = "minimal"` hides a menu that
    has no entry. A page inside a frame has no head: the frame's own step has one.
    """
    embedded = st.context.is_embedded
    st.set_page_config(
        page_title=title if title == "Digit Lab" else f"{title} · Digit Lab",
        page_icon=brand.MARK,
        layout="wide",
        menu_items={"About": ABOUT},
        initial_sidebar_state="collapsed" if embedded else sidebar,
    )
    if not embedded:
        st.title(title, anchor=False)
        st.caption(why)


def is_dark() -> bool:
    """Return whether the reader sees the dark theme; light where the browser has not said."""
    return st.context.theme.type == "dark"


def paper() -> str:
    """Return the colour of the page, as hex."""
    return brand.PAPER["dark" if is_dark() else "light"]
