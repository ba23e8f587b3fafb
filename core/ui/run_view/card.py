"""A run's model card, to read and to take away."""

from __future__ import annotations

import streamlit as st

from core.report.card import model_card
from core.runs.run import Run
from core.takeaway.run_files import file_stem
from core.ui import session
from core.ui.components.predictions import probabilities
from core.ui.text import parted


def show_card(run: Run) -> None:
    """Show everything there is to say of the run on one page of Markdown."""
    card = model_card(run, session.dataset(), probabilities)
    st.download_button(
        "Download the card",
        card,
        f"{file_stem(run)}-card.md",
        "text/markdown",
        icon=":material/download:",
        on_click="ignore",
        key="download_card",
    )
    with st.container(border=True):
        st.markdown(parted(card))
