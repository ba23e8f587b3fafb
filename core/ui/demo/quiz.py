"""The demo's quiz: it asks for a digit, the visitor draws it, each model keeps a score. Nothing of it is stored."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from core.reading.look import Look
from core.ui.components.reading import read_by, readers, title

QUIZ = "demo_quiz"


@dataclass(frozen=True)
class Quiz:
    """A round of the quiz.

    Attributes
    ----------
    digits : tuple of int
        In the order in which they are asked for; begins anew after the last.
    asked : int
        How many have been drawn and counted.
    scores : mapping of str to int
        By a model's title, how many of them it read rightly.
    """

    digits: tuple[int, ...]
    asked: int = 0
    scores: Mapping[str, int] = field(default_factory=dict)

    @property
    def digit(self) -> int:
        """The digit to draw now."""
        return self.digits[self.asked % len(self.digits)]

    def counted(self, read: Mapping[str, int]) -> Quiz:
        """Return the quiz after a drawing, of which each model (by title) read a digit."""
        scores = {name: self.scores.get(name, 0) + (answer == self.digit) for name, answer in read.items()}
        return Quiz(self.digits, self.asked + 1, {**self.scores, **scores})


def new_quiz() -> Quiz:
    """Return a quiz that asks for all ten digits in an order of its own."""
    return Quiz(tuple(random.sample(range(10), 10)))


def show_quiz(found: Look | None, clear: Callable[[], None]) -> None:
    """Ask for a digit, say what each model reads, and keep the score; `clear` empties the canvas."""
    quiz: Quiz = st.session_state.setdefault(QUIZ, new_quiz())
    st.markdown(f"### Please draw a {quiz.digit}")
    read = _read(found)
    for place, run in zip(st.columns(max(3, len(readers()))), readers(), strict=False):
        name = title(run)
        place.metric(
            name, f"{quiz.scores.get(name, 0)} of {quiz.asked}", help="Digits classified correctly, of those drawn."
        )
        place.markdown(
            f"predicts **{read[name]}** {'✓' if read[name] == quiz.digit else '✗'}" if read else "no prediction yet"
        )
    st.button(
        "Count it and show the next digit", key="demo_count", type="primary", icon=":material/done:", disabled=not read,
        on_click=_count, args=(quiz.counted(read), clear),
    )  # fmt: skip
    if found and len(found.digits) > 1:
        st.caption(f"The canvas seems to hold {len(found.digits)} digits; draw one digit at a time.")
    st.caption("The score is kept in this browser tab until you press “Next visitor”.")


def _read(found: Look | None) -> dict[str, int]:
    """Return what every model reads, by title; nothing unless there is exactly one digit."""
    if not found or len(found.digits) > 1:
        return {}
    rows = read_by(readers(), list(found.digits))
    return {title(run): int(rows[run.run_id][0].argmax()) for run in readers()}


def _count(quiz: Quiz, clear: Callable[[], None]) -> None:
    st.session_state[QUIZ] = quiz
    clear()
