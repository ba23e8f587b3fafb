"""Questions that a worker answers: the button that asks them, how far they are, why they failed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.jobs.questions.kept import Question, ask, cancel, progress, question_state
from core.ui import identity, session
from core.ui.page import errors_shown

POLL_SECONDS = 1.0


def show_waiting(questions: Sequence[Question], label: str, why: str) -> None:
    """Offer to ask what is not answered, or show how far it is; the page runs again when all has been answered."""
    st.fragment(_waiting, run_every=POLL_SECONDS if _at_work(questions) else None)(list(questions), label, why)


def _at_work(questions: Sequence[Question]) -> bool:
    executor = session.queue().executor
    return any(question_state(executor, question)[0] in ("queued", "running") for question in questions)


def _waiting(questions: list[Question], label: str, why: str) -> None:
    with errors_shown():
        executor = session.queue().executor
        states_and_reasons = [question_state(executor, question) for question in questions]
        states = [state for state, _ in states_and_reasons]
        if "queued" in states or "running" in states:
            _progress(questions, states)
            if st.button("Cancel", key="cancel_questions"):
                for question in questions:
                    cancel(executor, question, identity.current_actor())
                st.rerun()
        elif set(states) == {"answered"}:
            st.rerun()
        else:
            _offer(questions, states_and_reasons, label, why)


def _progress(questions: Sequence[Question], states: Sequence[str]) -> None:
    done = states.count("answered")
    running = [progress(question) for question, state in zip(questions, states, strict=True) if state == "running"]
    told = [message for _, message in running if message]
    at_work = told[0] if told else "running" if running else "waiting for a worker"
    share = sum(fraction or 0.5 for fraction, _ in running)
    counted = "" if len(states) == 1 else f"{done} of {len(states)} done, "
    st.progress(min(1.0, (done + share) / len(states)), text=f"{counted}{at_work} ...")


def _offer(questions: list[Question], states_and_reasons: Sequence[tuple[str, str]], label: str, why: str) -> None:
    for reason in dict.fromkeys(reason for state, reason in states_and_reasons if state == "failed"):
        st.error(f"It failed: {reason}", icon=":material/error:")
    st.caption(why)
    clicked = st.button(label, type="primary", key="ask", icon=":material/play_arrow:", disabled=identity.barred("ask"))
    if clicked:
        with st.spinner("Handing it to a worker ..."):
            for question in questions:
                ask(session.queue().executor, question, identity.current_actor())
        st.rerun()
