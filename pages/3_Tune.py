"""Grid, random and guided search, live."""

import streamlit as st

from core.ui.components.workers import show_workers
from core.ui.page import page
from core.ui.tune.choice import chosen_search, known_searches
from core.ui.tune.compare import show_strategies
from core.ui.tune.curves import show_curves
from core.ui.tune.export import show_export
from core.ui.tune.live import show_search
from core.ui.tune.submission import show_new_search

with page(
    "Tune",
    "Search for better hyperparameters and see which of them matter. A search continues after you close "
    "the tab and resumes after a restart.",
):
    known = known_searches()
    chosen = chosen_search(known)
    if chosen:
        show_search(chosen.name)
        with st.expander(
            "Learning and validation curves: overfitting or underfitting?", key="curves", on_change="rerun"
        ) as curves:
            if curves.open:
                show_curves(chosen)
        with st.expander("Compare search strategies at equal compute time"):
            show_strategies(known)
        with st.expander("Export the search"):
            show_export(chosen)

    show_workers()
    st.subheader("New search")
    show_new_search(known)
