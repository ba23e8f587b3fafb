"""Questions that a worker answers: the button that asks them, and their card from the click to the ending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.jobs.questions.kept import Question, ask, question_state
from core.ledger.states import State
from core.ui import identity, session
from core.ui.components.asked import show_asked
from core.ui.components.recent_jobs import Asked, asked_here, is_noted, note, noted_of
from core.ui.page import fragment
from core.ui.text import sentence

POLL_SECONDS = 1.0


def show_questions(
    questions: Sequence[Question], title: str, label: str, why: str, *, expected: float | None = None, key: str = "ask"
) -> None:
    """Offer to ask what is not answered, or show the card of what is; the page runs again when all has been answered.

    Parameters
    ----------
    questions : sequence of Question
        All that the view needs, answered or not.
    title : str
        What they compute together, for the card.
    label, why : str
        Of the button, and the sentence above it.
    expected : float, optional
        Seconds that the answers take by an estimate.
    key : str
        Of the button; others of the same view need one of their own.
    """
    fragment(_panel, run_every=POLL_SECONDS if _at_work(_states(questions)) else None)(
        list(questions), _states(questions), asked_here(title, (), expected), label, why, key
    )


def _states(questions: Sequence[Question]) -> list[str]:
    executor = session.queue().executor
    return [question_state(executor, question)[0] for question in questions]


def _at_work(states: Sequence[str]) -> bool:
    return bool({"queued", "running"} & set(states))


def _panel(questions: list[Question], before: list[str], asked: Asked, label: str, why: str, key: str) -> None:
    states = _states(questions)
    open_ones = tuple(q.job_id for q, state in zip(questions, states, strict=True) if state != "answered")
    shown = noted_of(question.job_id for question in questions) or replace(asked, jobs=open_ones)
    if _at_work(before) and not _at_work(states):
        st.rerun()
    card = st.empty()
    asks = open_ones and not _at_work(states) and _offered(shown, label, why, key)
    if asks:
        for question in questions:
            ask(session.queue().executor, question, identity.current_actor())
        shown = replace(asked, jobs=open_ones)
        note(shown)
    with card.container():
        show_asked(shown, here=True)
    if asks:
        st.rerun()  # the card is there already, as the page takes its time


def _offered(shown: Asked, label: str, why: str, key: str) -> bool:
    if not is_noted(shown):  # asked for during another visit, so there is no card to say it
        for reason in dict.fromkeys(record.reason for record in shown.records() if record.state is State.FAILED):
            st.error(f"It failed: {sentence(reason)}", icon=":material/error:")
    st.caption(why)
    return st.button(label, type="primary", key=key, icon=":material/play_arrow:", disabled=identity.barred("ask"))
