"""The bar that holds a form's button: it stays at the window's lower edge while the form reaches below it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def action_bar(name: str) -> DeltaGenerator:
    """Return the container of the bar, to be called in the container of the form, which it never leaves.

    Its style is the page's own, as one that comes with the bar lets it stand below the window for a moment first.
    """
    return st.container(key=f"action_bar_{name}")
