"""What makes a page look like Digit Lab: mark, wordmark, and the tokens of type, spacing and colour in `style.css`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
MARK = str(FOLDER / "mark.svg")
"""The favicon: a 7 written with two strokes of a pen."""

PAPER = {"light": "#fdfdfc", "dark": "#10161e"}
"""Ground of the page, the background colours of `.streamlit/config.toml`."""
LETTERS = {"light": "#17202b", "dark": "#eaeff5"}
"""Ink of the wordmark, the text colours of `.streamlit/config.toml`."""


def wordmark(*, dark: bool) -> str:
    """Return the mark and the name as SVG, readable on the light or the dark theme."""
    return _read("wordmark.svg").replace("currentColor", LETTERS["dark" if dark else "light"])


def style(*, dark: bool) -> str:
    """Return the style sheet of every page, with the ground of its theme, as a `style` element for `st.html`."""
    return f"<style>:root {{ --dl-paper: {PAPER['dark' if dark else 'light']}; }}{_read('style.css')}</style>"


def _read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")
