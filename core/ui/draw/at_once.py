"""Corrections that are learned at once: a model of random Fourier features, updated with one's own digits."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.data.own_digits import OwnDigit, arrays
from core.runs.instant_update import Learner, Update, can_update, load_learner, update
from core.runs.run import Run
from core.text import percent
from core.ui import session
from core.ui.page import errors_shown

COUNTS_AS = (1, 10, 100, 1_000)
START = 100


def show_at_once(digits: list[OwnDigit], image: np.ndarray | None) -> None:
    """Show what a model that has learned the owner's training digits predicts, and how far it forgot others.

    Parameters
    ----------
    image : (28, 28) uint8, optional
        The drawing to predict, where there is one.
    """
    runs = {run.name: run for run in session.finished() if can_update(run)}
    if not runs:
        st.caption("Train random Fourier features to have your corrections learned at once.")
        return
    taught = [digit for digit in digits if not digit.held_out]
    model, weight = st.columns([2, 1], vertical_alignment="bottom")
    run = runs[model.selectbox("Model that learns at once", list(runs), key="once_model")]
    times = weight.select_slider("Weight of each digit", COUNTS_AS, START, key="once_times",
                                 help="How many training images each of your digits counts as.")  # fmt: skip
    if not taught:
        st.caption("Add a digit for training first.")
        return
    with errors_shown():
        made = _updated(run.run_id, tuple(digit.name for digit in taught), times, run, taught)
        st.caption(in_words(made, len(taught)))
        if image is not None:
            (row,) = made.learner.predict_proba(image[None])
            st.markdown(f"It predicts **{row.argmax()}** with probability {percent(float(row.max()), 1)}.")


def in_words(made: Update, count: int) -> str:
    """Say what the update took and what it changed, in a sentence."""
    digits = "1 digit" if count == 1 else f"{count} digits"
    return (
        f"Learned {digits} in {1000 * made.seconds:.0f} ms; validation accuracy {percent(made.before)} before, "
        f"{percent(made.after)} after."
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def _learner(run_id: str, _run: Run) -> Learner:
    return load_learner(_run)


@st.cache_resource(show_spinner=False, max_entries=8)
def _updated(run_id: str, names: tuple[str, ...], times: int, _run: Run, _digits: list[OwnDigit]) -> Update:
    images, labels = arrays(_digits)
    return update(_learner(run_id, _run), images, labels, times, session.dataset().validation)
