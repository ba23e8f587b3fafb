"""One run in full: what it is, how it was judged, what is inside it, what can be done with it."""

import streamlit as st

from core.ui.page import page
from core.ui.run_view.view import show_run

with page("Run", "One training in full: its figures, its settings, what is inside its model, and what to take away."):
    if asked := st.query_params.get("run"):
        show_run(asked)
    else:
        st.info("No run is chosen.", icon=":material/search:")
        st.page_link("pages/8_Runs.py", label="All runs", icon=":material/list_alt:")
