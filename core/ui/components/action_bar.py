"""The bar that holds a form's button: it stays at the window's lower edge while the form reaches below it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui.theme import paper

STYLE = """<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-{key}) {{ position: sticky; bottom: 0; z-index: 90; }}
.st-key-{key} {{ background: {paper}; border-top: 1px solid var(--dl-line); padding: var(--dl-gap-3) 0; }}
</style>"""


def action_bar(key: str) -> DeltaGenerator:
    """Return the container of the bar, to be called in the container of the form, which it never leaves."""
    st.html(STYLE.format(key=key, paper=paper()))
    return st.container(key=key)
