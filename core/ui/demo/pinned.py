"""A step of the demo that the presenter pinned: the page itself, in a frame."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from core.ui.pins import Pin
from core.ui.theme import is_dark

HEIGHT = 500


def show_pinned(pin: Pin) -> None:
    """Show the page at the pinned address as a session of its own, without menu and sidebar."""
    st.iframe(framed(pin, st.context.url or "", dark=is_dark()), height=HEIGHT, alt=pin.title)


def framed(pin: Pin, here: str, *, dark: bool) -> str:
    """Return the pinned view's whole address, seen from the demo's own, `here`, in the theme of its reader."""
    parts = urlsplit(here)
    page, _, query = pin.address.partition("?")
    theme = "dark_theme" if dark else "light_theme"
    asked = "&".join(part for part in (query, "embed=true", f"embed_options={theme}") if part)
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/{page}", asked, ""))
