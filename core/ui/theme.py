"""What every page starts with, and the few rules of style that Streamlit's theme has no option for."""

from __future__ import annotations

from typing import Literal

import streamlit as st

Sidebar = Literal["collapsed"] | int
NARROW = 240  # CSS pixels of the sidebar: its links are short, and a projector has 1,280
ABOUT = "Digit Lab: handwritten-digit recognition on MNIST, from the picture to the proof."

# Wide enough to press on a phone; numbers that line up; no animation for those who asked for none. What is chosen is
# told by shape and in the colour of text, as the theme's own blue is hard to read on near-black. On a phone Plotly's
# tools, which a finger always brings up, would cover the legend.
STYLE = """<style>
[data-testid="stMainBlockContainer"] { max-width: 84rem; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.8; }
[data-testid="stMetricValue"], [data-testid="stTable"] td { font-variant-numeric: tabular-nums; }
:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
[data-testid="stMain"]:focus-visible { outline: none; }
[data-testid="stTab"][aria-selected="true"], [data-testid="stSliderThumbValue"],
[data-testid="stButtonGroup"] button:is([aria-pressed="true"], [aria-checked="true"]) { color: inherit !important; }
@media (min-width: 641px) { [data-testid="stSidebar"][data-collapsed="false"] { max-width: 15rem; } }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
  button[data-testid^="stBaseButton-"] { min-height: 2.75rem; }
  .modebar-container { display: none; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media print { [data-testid="stSidebar"], [data-testid="stHeader"] { display: none; } }
</style>"""


def start_page(title: str, why: str, *, icon: str | None = None, sidebar: Sidebar = NARROW) -> None:
    """Set the browser's tab, and head the page with its title and a sentence on what it shows and why it matters.

    The first Streamlit call of a page. Its menu entry "About" also brings back the choice of light or dark, as
    `toolbarMode = "minimal"` hides a menu that has no entry.
    """
    st.set_page_config(
        page_title=f"{title} · Digit Lab",
        page_icon=icon,
        layout="wide",
        menu_items={"About": ABOUT},
        initial_sidebar_state="collapsed" if st.context.is_embedded else sidebar,
    )
    st.html(STYLE)
    st.title(title, anchor=False)
    st.caption(why)


def is_dark() -> bool:
    """Whether the reader sees the dark theme; light where the browser has not said."""
    return st.context.theme.type == "dark"
