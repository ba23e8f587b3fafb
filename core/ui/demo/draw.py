"""Step 1 of the demo: a canvas, and what the models together read on it; or the quiz."""

from __future__ import annotations

import streamlit as st

from core.reading.look import Look
from core.ui.components.canvas import drawing_canvas, wipe
from core.ui.components.novelty import show_warnings
from core.ui.components.reading import answers_of, read_by, read_drawn, readers, show_answer, show_pictures, title
from core.ui.components.think import show_thinking
from core.ui.demo.quiz import show_quiz
from core.ui.page import errors_shown

CANVAS = "demo_canvas"
DRAWING = "demo_drawing"
"""Session key of the drawing, for the steps without a canvas."""
VISITOR = "visitor"
"""Session key of how many visitors there were before; part of the keys of what the next one must find as at first."""

SIDE = 320
SMALLER = "<style>.answer { font-size: 2.5rem; }</style>"
"""The answer leaves room for what happens inside, so that nothing lies below the fold."""


def show_draw() -> None:
    """Show canvas at the left; at the right the answer, or the quiz."""
    left, right = st.columns([4, 9], gap="medium")
    found = None
    with left, errors_shown():
        st.session_state[DRAWING] = drawing_canvas(CANVAS, side=SIDE)
        found = drawn()
    with right, errors_shown():
        visitor = st.session_state.get(VISITOR, 0)
        with st.container(horizontal=True, gap="medium"):
            quizzing = st.toggle("Quiz: do the models recognise it?", key=f"demo_quizzing_{visitor}",
                                 persist_state="session", on_change=forget_drawing)  # fmt: skip
            thinking = st.toggle(
                "See it think", key=f"demo_thinking_{visitor}", persist_state="session", disabled=quizzing,
                help="What happens inside a model on the way to the answer.",
            )  # fmt: skip
        if quizzing:
            show_quiz(found, clear=forget_drawing)
        elif found:
            _show_reading(found, thinking=thinking)
        else:
            st.info("Draw a digit, or several: 42 works too.", icon=":material/draw:")


def _show_reading(look: Look, *, thinking: bool) -> None:
    found, runs = list(look.digits), readers()
    read = answers_of(runs, read_by(runs, found))
    chosen = show_answer(found, read, runs)
    show_warnings(look)
    if thinking:
        st.html(SMALLER)
        show_thinking(found[chosen].image, {title(run): run for run in runs}, compact=True)
    else:
        show_pictures(found, read)


def drawn() -> Look | None:
    """Return what the visitor has drawn; None for a blank canvas.

    Raises
    ------
    ImageError
        For a drawing in which no digit can be found.
    """
    return read_drawn(st.session_state.get(DRAWING))


def welcome_next() -> None:
    """Forget the drawing, and switch off quiz and "See it think".

    Their keys are new ones: a browser whose canvas tells just now that it is empty tells the old ones' state too, and
    would switch them on again.
    """
    st.session_state[VISITOR] = st.session_state.get(VISITOR, 0) + 1
    forget_drawing()


def forget_drawing() -> None:
    """Empty the canvas, and what the other steps know of it."""
    wipe(CANVAS)
    st.session_state[DRAWING] = None
    st.session_state.pop(f"{CANVAS}-pen", None)
