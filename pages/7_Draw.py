"""Draw or upload a digit; see every stage, second opinions, why, and where it breaks; teach what went wrong."""

from typing import TypeGuard

import streamlit as st

from core.ui.addressed import asked_name, named_tabs, open_old_address
from core.ui.components.reading import Reading, show_reading, show_stages, titled_readers
from core.ui.components.think import show_thinking
from core.ui.draw.break_it import show_break_it
from core.ui.draw.input import digits_to_read
from core.ui.draw.learning import show_correction, show_my_digits
from core.ui.draw.why import show_why
from core.ui.page import errors_shown, fragment, page

ASKED = {True: "Draw a digit, or several: 42 works too.", False: "Choose a picture of digits, or an example."}
PARTS = {
    "stages": "Every preprocessing step",
    "think": "See it think",
    "why": "Why?",
    "break": "Break it",
    "mine": "My digits",
}


@fragment
def read() -> None:
    drawing = asked_name("way").casefold() in ("", "draw")
    left, right = st.columns([2, 3] if drawing else 2, gap="large")
    found = reading = None
    with left, errors_shown():
        found = digits_to_read()
    with right, st.container(key="prediction"), errors_shown():
        if found:
            reading = show_reading(found)
            show_correction(reading)
        else:
            st.info(ASKED[drawing], icon=":material/draw:")
    more(reading)


def more(reading: Reading | None) -> None:
    """Show what is not on the way from pen to prediction, a tab each; computed only where it is open."""
    open_old_address(PARTS, "more")
    tabs = named_tabs(PARTS, "more")
    for name, show in SHOWN.items():
        if tabs[name].open:
            with tabs[name], errors_shown():
                show(reading)


def steps(reading: Reading | None) -> None:
    if drawn(reading):
        show_stages(reading.image, list(reading.runs.values()))


def think(reading: Reading | None) -> None:
    if drawn(reading):
        show_thinking(reading.image, reading.runs)


def why(reading: Reading | None) -> None:
    if drawn(reading):
        show_why(reading.image, reading.runs, reading.rows)


@fragment
def break_it(reading: Reading | None) -> None:
    show_break_it(reading.image if reading else None, titled_readers())


def drawn(reading: Reading | None) -> TypeGuard[Reading]:
    """Say what is needed where nothing has been read yet."""
    if reading is None:
        st.caption("Draw a digit first.")
    return reading is not None


SHOWN = {"stages": steps, "think": think, "why": why, "break": break_it, "mine": show_my_digits}

with page("Draw", "Draw a digit, or upload a photo, and see what every model predicts.", about_data=False):
    read()
