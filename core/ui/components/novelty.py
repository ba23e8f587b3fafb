"""What people should know about what was found, as `predict` says it, and how far it can be trusted."""

from __future__ import annotations

import streamlit as st

from core.explain.novelty import Novelty, load_novelty
from core.reading.look import Look


def show_warnings(look: Look) -> None:
    """Say what `predict` says too; nothing where everything is clear."""
    with st.container():
        for warning in look.warnings:
            st.warning(warning, icon=":material/question_mark:")
        if look.strange.any():
            st.caption(f"The models still have to choose one of the ten digits. {how_often(load_novelty())}")


def how_often(novelty: Novelty) -> str:
    """Return how far the warning can be trusted, in a sentence."""
    kinds = ", ".join(f"{100 * share:.0f} % of {kind}" for kind, share in novelty.caught.items())
    return (
        f"The warning is wrong for {100 * novelty.false_alarms:.1f} % of MNIST's 5,000 validation digits. On samples "
        f"it was not fitted on it finds {kinds}. Letters that look like digits (O, I, S, Z, B, q ...) pass."
    )
