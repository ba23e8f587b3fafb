"""What fine-tuning made: told as before and after, and asked beside other models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.arrays import UInt8Array
from core.jobs.fine_tuning import FEWEST
from core.jobs.own_network import figures_of, tuned_folder
from core.models.serving.predictor import MODEL_FILE, Predictor
from core.text import percent


def show_tuned_answer(owner: str, image: UInt8Array) -> None:
    """Show what the owner's fine-tuned network reads in a picture (28, 28) uint8; nothing where there is none."""
    path = tuned_folder(owner) / MODEL_FILE
    if not path.exists():
        return
    (row,) = _tuned(str(path.parent), path.stat().st_mtime).predict_proba(image[None])
    st.caption(
        f":material/school: Your fine-tuned network predicts **{row.argmax()}** with probability "
        f"{100 * row.max():.1f} %."
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _tuned(folder: str, changed: float) -> Predictor:
    return Predictor.load(Path(folder))


def show_outcome(owner: str) -> None:
    """Show the accuracy before and after on MNIST's test set and the held-out digits, so that forgetting is visible."""
    figures = figures_of(owner)
    if figures is None:
        return
    st.markdown(f"**Before and after** fine-tuning on {figures['learned']} of your digits")
    mnist, own = st.columns(2)
    _metric(mnist, "Accuracy on the MNIST test images", figures["mnist"])
    if figures["own"]:
        _metric(own, f"Accuracy on your {figures['judged']} held-out digits", figures["own"])
    else:
        own.caption(
            f"Too few held-out digits for an evaluation: {figures['judged']} of at least {FEWEST}. Save more digits."
        )


def _metric(place: st.delta_generator.DeltaGenerator, title: str, pair: Sequence[float]) -> None:
    before, after = pair
    change = f"{100 * (after - before):+.2f} points, from {100 * before:.2f} %"
    place.metric(title, percent(after), change)
