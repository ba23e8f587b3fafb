"""Draw or upload a digit; see every stage and every model's vote."""

import streamlit as st

from core.ui.draw_input import digits_to_read
from core.ui.draw_reading import show_reading
from core.ui.page import page, told


@st.fragment
def read() -> None:
    left, right = st.columns([2, 3], gap="large")
    with left, told():
        found = digits_to_read()
    with right, told():
        if found:
            show_reading(found)
        else:
            st.info("Draw a digit, or several: 42 works too.", icon=":material/draw:")


with page("Draw", "Draw a digit and every model reads it, as fast as you can draw."):
    read()
