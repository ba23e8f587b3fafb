"""A search to take away: as a scikit-learn script, and its trials as a table."""

from __future__ import annotations

import streamlit as st

from core.cells import as_csv
from core.jobs.tuning.tables import table
from core.jobs.tuning.view import StudyView
from core.takeaway.search import script_of
from core.ui.page import errors_shown


def show_export(found: StudyView) -> None:
    """Offer the script, where scikit-learn has the model, and the trials as CSV."""
    search = found.search
    st.download_button("Trials as CSV", as_csv(table(found.trials)), "trials.csv", "text/csv", icon=":material/table:")
    if search.by_epochs:
        st.caption(
            "scikit-learn has no convolutional network, so this search cannot be exported as a scikit-learn script."
        )
        return
    with errors_shown():
        script = script_of(search, found.budget)
        st.download_button("scikit-learn script", script, "search.py", "text/x-python", icon=":material/code:")
        st.caption(
            "The same search with GridSearchCV or RandomizedSearchCV: `python search.py mnist.npz`. "
            "Guided search becomes random search, because scikit-learn has no guided search."
        )
