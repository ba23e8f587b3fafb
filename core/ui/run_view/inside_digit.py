"""Choosing one validation image to look at a model with; the page's address keeps it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.ui import session


def choose_digit() -> np.ndarray:
    """Let people choose a digit and which of its validation images; returns it, (28, 28) uint8."""
    split = session.dataset().validation
    digits, which = st.columns([3, 1], vertical_alignment="bottom")
    digit = digits.segmented_control(
        "Digit", range(10), default=4, required=True, key="inside_digit", bind="query-params"
    )
    positions = np.flatnonzero(split.labels == (digit if digit is not None else 4))
    number = which.number_input(
        f"Which of the {len(positions):,} validation images", 1, len(positions), key="inside_image", bind="query-params"
    )
    return np.asarray(split.images[positions[int(number) - 1]])
