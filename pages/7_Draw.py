"""Draw or upload a digit; see every stage, second opinions, why, and where it breaks; teach what went wrong."""

import streamlit as st

from core.ui.components.reading import Reading, show_reading, titled_readers
from core.ui.components.think import show_thinking
from core.ui.draw.break_it import show_break_it
from core.ui.draw.input import digits_to_read
from core.ui.draw.learning import show_correction, show_my_digits
from core.ui.draw.why import show_why
from core.ui.page import errors_shown, page

ASKED = {True: "Draw a digit, or several: 42 works too.", False: "Choose a picture of digits, or an example."}


@st.fragment
def read() -> None:
    drawing = (st.session_state.get("way") or st.query_params.get("way", "Draw")) in ("draw", "Draw")
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
    """Show what is not on the way from pen to prediction: computed only when it is asked for."""
    if st.toggle(
        "See it think",
        key="think",
        bind="query-params",
        help="What happens inside a model: the layers of a network, support vectors, or what the trees ask.",
    ):
        with errors_shown():
            if reading:
                show_thinking(reading.image, reading.runs)
            else:
                st.caption("Draw a digit first.")
    if st.toggle(
        "Why?",
        key="why",
        bind="query-params",
        help="Which parts of the image the prediction depends on, and which training images are similar.",
    ):
        with errors_shown():
            if reading:
                show_why(reading.image, reading.runs, reading.rows)
            else:
                st.caption("Draw a digit first.")
    if st.toggle(
        "Break it",
        key="break",
        bind="query-params",
        help="Rotate, shift and corrupt a digit until it is misclassified.",
    ):
        with errors_shown():
            break_it(reading)
    if st.toggle(
        "My digits", key="mine", bind="query-params", help="Your corrected drawings, and a network fine-tuned on them."
    ):
        with errors_shown():
            show_my_digits(reading)


@st.fragment
def break_it(reading: Reading | None) -> None:
    show_break_it(reading.image if reading else None, titled_readers())


with page("Draw", "Draw a digit, or upload a photo, and see what every model predicts.", about_data=False):
    read()
