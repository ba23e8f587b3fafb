"""Parts that are drawn when somebody opens them: while they are closed, they cost neither server nor browser."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.ui.shown_errors import errors_shown, fragment


@fragment
def folded(label: str, key: str, show: Callable[[], None], *, icon: str | None = None, expanded: bool = False) -> None:
    """Show an expander and, while it is open, what `show` draws in it; opening it draws nothing else anew."""
    with st.expander(label, icon=icon, expanded=expanded, key=key, on_change="rerun") as part:
        if part.open:
            with errors_shown():
                show()
