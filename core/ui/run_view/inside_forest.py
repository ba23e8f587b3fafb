"""Where a forest looks: the importance of each place of the picture."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.charts.inside import importance_map
from core.explain.inside_forest import where_it_looks
from core.models.serving.predictor import read_graph
from core.preprocessing.steps import Hog
from core.runs.model_cache import model_folder
from core.runs.run import Run
from core.ui import session
from core.ui.theme import is_dark

IMAGES = 500


def show_forest(run: Run) -> None:
    """Show the forest's importances as a picture, and how they came about."""
    if run.specification is None:
        st.info("Its preprocessing is not known, so its features cannot be mapped to pixels.", icon=":material/info:")
        return
    importance = _importance(run, run.run_id, run.created.isoformat(), session.dataset().fingerprint)
    st.subheader("Feature importance", anchor=False)
    st.plotly_chart(importance_map(importance, dark=is_dark()), key="importance")
    steps = run.specification.recipe.steps
    gradients = any(isinstance(step, Hog) for step in steps)
    components = any(step.kind == "pca" for step in steps)
    discriminants = run.specification.parameters.get("discriminants", False)
    st.caption(
        "How well the splits on each pixel separate the digits (mean decrease in impurity), measured on up to "
        f"{IMAGES:,} validation images."
        + (" The features are gradients: a cell's importance is spread over its pixels." if gradients else "")
        + (" A component's importance is distributed by its squared loadings." if components else "")
        + (" A linear discriminant's, by what each feature adds to it." if discriminants else "")
        + (" Pixel positions are those after the image steps, such as deskewing." if len(steps) > 2 else "")
    )


@st.cache_data(show_spinner="Computing the feature importance ...", max_entries=16)
def _importance(_run: Run, run_id: str, created: str, fingerprint: str) -> np.ndarray:
    validation = session.dataset().validation
    specification = _run.specification
    assert specification is not None
    chosen = slice(None, None, max(1, len(validation) // IMAGES))
    return where_it_looks(
        read_graph(model_folder(_run)), specification.recipe, validation.images[chosen], validation.labels[chosen]
    )
