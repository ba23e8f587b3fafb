"""Grid, random and guided search, live."""

import streamlit as st

from core.ui.page import page
from core.ui.tune_choice import chosen_search, known_searches
from core.ui.tune_live import show_search
from core.ui.tune_submission import show_new_search

with page(
    "Tune", "Search a model's parameters on many trials. It goes on when you close the tab, and after a restart."
):
    known = known_searches()
    at_work = chosen_search(known)
    if at_work:
        show_search(at_work)

    st.subheader("A new search")
    show_new_search(known)
