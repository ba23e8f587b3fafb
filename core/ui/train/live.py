"""Training that follows the sliders: a worker fits what is set, and nothing is stored until a training is started."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import streamlit as st

from core.errors import NotAllowedError
from core.jobs.cluster.executor import Executor
from core.jobs.questions.instant import question
from core.jobs.questions.kept import Answer, Question, answer, ask, cancel, question_state
from core.text import percent
from core.ui import identity, session
from core.ui.page import fragment
from core.ui.text import sentence
from core.ui.train.form import TrainingRequest

INSTANT = "instant"
ASKED = "live_asked"
SHOWN = "live_shown"
POLL_SECONDS = 0.5


def show_live(request: TrainingRequest) -> None:
    """Offer to fit at every move of a slider, for kinds that have an instant preset."""
    with st.container():  # also where it stays empty: what is below keeps its place while the page runs
        _show_live(request)


def _show_live(request: TrainingRequest) -> None:
    specification = request.specifications[0]
    if INSTANT not in specification.kind.presets or identity.barred("train"):
        return
    on = st.toggle(
        "Train as I move the sliders", request.preset == INSTANT, key=f"live_{specification.model}_{request.preset}",
        help="A worker fits the model at every change. Nothing is stored until you press Train.",
    )  # fmt: skip
    if on:
        asked = question(specification, session.dataset().fingerprint)
        fragment(_live, run_every=None if answer(asked) else POLL_SECONDS)(asked)


def _live(asked: Question) -> None:
    found = answer(asked)
    if found is not None:
        if st.session_state.get(SHOWN) != asked.key:
            st.session_state[SHOWN] = asked.key
            st.rerun()  # so that the page no longer polls
        _show(found)
        return
    executor = session.queue().executor
    state, reason = question_state(executor, asked)
    if state == "failed":
        st.error(sentence(reason), icon=":material/error:")
        return
    if state == "unasked" and _free(executor, asked):
        ask(executor, asked, identity.current_actor())
        st.session_state[ASKED] = asked
    st.caption(":material/hourglass_top: Fitting ...")


def _free(executor: Executor, asked: Question) -> bool:
    """Return whether this session has no older question at work; one that only waits is withdrawn.

    One that runs is let finish, as ending it would restart its worker, which takes longer.
    """
    before: Question | None = st.session_state.get(ASKED)
    if before is None or before == asked:
        return True
    state, _ = question_state(executor, before)
    if state == "queued":
        with suppress(NotAllowedError):  # somebody else asked the same first
            cancel(executor, before, identity.current_actor())
    return state != "running"


def _show(found: Answer) -> None:
    matrix = found["confusion"]
    images, right = int(matrix.sum()), int(np.trace(matrix))
    accuracy, wrong, seconds = st.columns(3)
    accuracy.metric("Validation accuracy", percent(right / images))
    wrong.metric("Misclassified", f"{images - right:,} of {images:,}")
    seconds.metric("Fit time", f"{float(found['seconds']):.1f} s")
