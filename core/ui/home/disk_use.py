"""What Digit Lab's folder takes on disk."""

from __future__ import annotations

import streamlit as st

from core.runs.artifacts import disk_use
from core.settings import settings


def show_disk_use() -> None:
    """Show what Digit Lab's folder takes on disk."""
    used = _disk_use(str(settings().home))
    with st.container(key="disk_use"):
        st.caption(f":material/hard_drive: {used / 1e6:,.0f} MB on disk", help=f"In {settings().home}")


@st.cache_data(ttl=60, show_spinner=False, max_entries=4)
def _disk_use(home: str) -> int:
    return disk_use(settings().home)
