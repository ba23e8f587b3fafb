"""A look inside a run's model: what there is to see depends on its kind."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.runs.run import Run
from core.ui import session
from core.ui.components.run_links import link_to_run
from core.ui.run_view.inside_forest import show_forest
from core.ui.run_view.inside_network import show_network
from core.ui.run_view.inside_support import show_support

SHOWS: dict[str, Callable[[Run], None]] = {"cnn": show_network, "svm": show_support, "forest": show_forest}
SENTENCES = {
    "knn": "A nearest-neighbour model only stores its training images. Click an image on the Errors page to see the "
    "nearest ones.",
    "logistic": "Its weights are one number per feature and digit; there is no figure of them yet.",
    "fourier": "Its weights are ten numbers for each random cosine, which show nothing that a person could read.",
    "external": "It was imported as predictions, so there is nothing to show.",
}


def show_inside(run: Run) -> None:
    """Show filters and feature maps of a network, support vectors, where a forest looks; a sentence for other kinds."""
    if not run.finished:
        st.info("There is no model to show, because the run did not finish.", icon=":material/info:")
    elif run.committee is not None:
        _members(run)
    elif run.model in SHOWS:
        SHOWS[run.model](run)
    else:
        st.info(SENTENCES.get(run.model, "There is nothing to show."), icon=":material/info:")


def _members(run: Run) -> None:
    """Show the members that are still there, to look into one by one."""
    st.markdown("Open the members of the ensemble:")
    for member in run.committee.members if run.committee else ():
        found = session.run_by_id(member.run_id)
        if found is None:
            st.caption(f"{member.name}: no longer available")
        else:
            link_to_run(st.container(), found)
