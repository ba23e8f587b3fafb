"""Where ink speaks for one digit and where for the other, model by model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.apart import separating_map
from core.explain.separating import separating
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui.components.judged import Judged
from core.ui.components.run_choice import run_label
from core.ui.text import escaped

EACH = 12
"""Images of each digit that are covered, those nearest to the border."""


def show_pixels(judged: Judged, table: pd.DataFrame, models: list[Run], first: int, second: int) -> None:
    """Show a map for each model."""
    if not models:
        return
    st.subheader("Pixels that separate them", anchor=False)
    chosen = [table[table["true"] == digit]["position"].head(EACH) for digit in (first, second)]
    positions = pd.concat(chosen).tolist()
    images = judged.split.images[positions]
    ground = np.asarray(images.mean(axis=0).astype(np.uint8))
    with st.container(horizontal=True, gap="medium"):
        for run in models:
            with st.container(width=250):
                said = _said(run, images, run.run_id, judged.images.fingerprint, tuple(positions), first, second)
                st.markdown(f"**{escaped(run_label(run))}**")
                st.plotly_chart(separating_map(ground, said, first, second), key=f"apart_{run.run_id}",
                                config={"displayModeBar": False},
                                alt=f"Where ink speaks for {first} and where for {second}")  # fmt: skip
    st.caption(
        f"Parts of the {len(positions)} images nearest to the border of {escaped(judged.run.name)} were covered in "
        f"turn. Orange: ink there speaks for {second}, blue: for {first}. Behind it the mean of these images."
    )


@st.cache_data(show_spinner="Covering parts of the images ...", max_entries=64)
def _said(
    _run: Run, _images: np.ndarray, run_id: str, fingerprint: str, positions: tuple[int, ...], first: int, second: int
) -> np.ndarray:
    return separating(predictor(_run).predict_proba, _images, first, second)
