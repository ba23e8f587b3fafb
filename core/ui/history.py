"""Back and forward in the browser: a choice on a page replaces its entry, so that Back leaves the page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "digit_lab_history", js=Path(__file__).with_suffix(".js").read_text("utf-8"), isolate_styles=False
)


def keep_history_short() -> None:
    """Let what pages write into their address replace the entry there; once a page, anywhere in it."""
    _component(key="history", height=1)
