"""A page that says how many runs there are."""

import streamlit as st

from core.ui import session
from core.ui.page import page

with page("Hello", "How many runs there are: more of them make luck likelier."):
    st.metric("Runs", len(session.finished()))
