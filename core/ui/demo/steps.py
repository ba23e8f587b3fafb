"""The view to show to somebody (`/?view=demo`): six steps, and after them the views that the presenter pinned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.ui import identity, session
from core.ui.components.canvas import wipe_all
from core.ui.components.reading import readers, say_no_model
from core.ui.demo import draw
from core.ui.demo.confused import show_confused
from core.ui.demo.draw import show_draw
from core.ui.demo.learning import show_learned
from core.ui.demo.opinions import show_opinions
from core.ui.demo.pinned import show_pinned
from core.ui.demo.proven import show_proven
from core.ui.demo.refuse import show_refuse
from core.ui.navigation import HOME, VIEW
from core.ui.page import fragment, page
from core.ui.pins import Pin, pins
from core.ui.text import escaped

STATE = "demo_"
"""Prefix of all session keys that belong to a visitor."""

# The bar stays where it is from step to step, and a step fits a projector's 1280 x 720.
STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 4.25rem; padding-bottom: 0.5rem; }
[data-testid="stMainBlockContainer"] h1 { padding: 0; font-size: 1.75rem; }
</style>"""


@dataclass(frozen=True)
class Step:
    """One screen: what it is called, what it shows and why that matters."""

    title: str
    purpose: str
    show: Callable[[], None]


STEPS = (
    Step(
        "Draw a digit",
        "The models were trained on thousands of handwritten digits. Can they recognise yours?",
        show_draw,
    ),
    Step("Second opinions", "Different models make different errors: see where they disagree.", show_opinions),
    Step(
        "Which digits are confused",
        "Click a cell to see the images that the model confuses. Would you have recognised them?",
        show_confused,
    ),
    Step(
        "Which model is better?",
        "A higher accuracy may be chance; a significance test tells the two apart.",
        show_proven,
    ),
    Step(
        "When to reject",
        "A model that may answer “I don’t know” makes fewer errors; a person classifies the rest.",
        show_refuse,
    ),
    Step(
        "See it learn",
        "Play a training: which digits are learned at once, and which stay hard to the end?",
        show_learned,
    ),
)


def show_demo() -> None:
    """Show the step that the address names (`&step=3`), with the way on and back."""
    steps = [
        *STEPS,
        *(_pinned(pin) for pin in pins(identity.current_user())),
    ]
    place = min(_asked_place(), len(steps)) - 1
    with page(steps[place].title, steps[place].purpose, compact=True):
        st.html(STYLE)
        _bar(place, len(steps))
        if readers():
            fragment(steps[place].show)()
        else:
            say_no_model()


def _pinned(pin: Pin) -> Step:
    return Step(escaped(pin.title), f"Pinned from the page {pin.page or 'Home'}.", partial(show_pinned, pin))


def _asked_place() -> int:
    step = st.query_params.get("step", "1")
    return max(1, int(step)) if step.isascii() and step.isdigit() and len(step) < 4 else 1


def _bar(place: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="demo-bar"):
        st.button("Back", key="demo_back", shortcut="Left", disabled=place == 0, on_click=_go, args=(place,))
        st.button(
            "Next", key="demo_next", shortcut="Right", type="primary", disabled=place == count - 1,
            on_click=_go, args=(place + 2,),
        )  # fmt: skip
        st.markdown(f"Step {place + 1} of {count}{_sample()}", width="content")
        st.space("stretch")
        st.button("Next visitor", key="demo_restart", icon=":material/restart_alt:", on_click=next_visitor)
        if st.button("Leave", key="demo_leave", icon=":material/close:"):
            st.switch_page(HOME)


def _sample() -> str:
    return " · on a sample of MNIST" if session.dataset().is_sample else ""


def _go(step: int) -> None:
    st.query_params["step"] = str(step)


def next_visitor() -> None:
    """Forget what the last visitor drew, chose and scored, and begin again."""
    for key in [str(key) for key in st.session_state if str(key).startswith(STATE)]:
        if not key.startswith(draw.CANVAS):
            del st.session_state[key]
    draw.welcome_next()
    wipe_all()
    st.query_params.from_dict({"view": VIEW})
