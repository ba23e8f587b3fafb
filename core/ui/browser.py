"""What is done in the browser itself, once a visit: short histories, and clicks and taps that count the first time."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).with_suffix(".js")

_component = st.components.v2.component("digit_lab_browser", js=SCRIPT.read_text("utf-8"), isolate_styles=False)


def prepare_browser() -> None:
    """Run the script of `browser.js` in the page; once a page, anywhere in it."""
    _component(key="browser", height=1)
