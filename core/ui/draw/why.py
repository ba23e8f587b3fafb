"""Why the models read what they read: what covering costs, which training digits are near, where they disagree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.charts.occlusion import occlusion_map
from core.charts.probabilities import probability_map
from core.explain.occlusion import occlusion
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.components.image_story import agreement, costs, neighbours
from core.ui.text import certainty
from core.ui.theme import is_dark

NEIGHBOURS = 8
PLAIN = {"displayModeBar": False}


def show_why(image: UInt8Array, runs: Mapping[str, Run], rows: Mapping[str, np.ndarray]) -> None:
    """Explain the reading of one picture.

    Parameters
    ----------
    image : (28, 28) uint8
    runs : title of a model -> its run
    rows : title of a model -> its probabilities (10,)
    """
    left, right = st.columns(2, gap="large")
    with left:
        _occlusion(image, runs)
    with right:
        _disagreement(rows)
        _nearest(image)


def _occlusion(image: UInt8Array, runs: Mapping[str, Run]) -> None:
    title = st.selectbox("Model", list(runs), key="why_model")
    found = occlusion(predictor(runs[title]).predict_proba, image)
    st.markdown(f"**Which parts of the image the {found.digit} depends on**")
    st.plotly_chart(occlusion_map(image, found.fall), key="why_occlusion", config=PLAIN)
    st.caption(costs(found))


def _disagreement(rows: Mapping[str, np.ndarray]) -> None:
    disagree = len({int(row.argmax()) for row in rows.values()}) > 1
    title = "Where the models disagree" if disagree else "What every model predicts"
    st.markdown(f"**{title}**, probability of each digit in %")
    st.plotly_chart(probability_map(rows, dark=is_dark()), key="why_models", config=PLAIN)
    if len(rows) > 1:
        st.caption(f"{agreement(dict(rows), next(iter(rows.values())))} {widest(rows)}")


def widest(rows: Mapping[str, np.ndarray]) -> str:
    """Return the digit on which two models are furthest apart, in a sentence."""
    values = np.array(list(rows.values()))
    digit = int((values.max(axis=0) - values.min(axis=0)).argmax())
    names = list(rows)
    most, least = values[:, digit].argmax(), values[:, digit].argmin()
    return (
        f"They differ most on the {digit}: {names[most]} gives it {certainty(values[most, digit])}, {names[least]} "
        f"{certainty(values[least, digit])}."
    )


def _nearest(image: UInt8Array) -> None:
    train = session.dataset().train
    positions, distances = neighbours(session.dataset().fingerprint).nearest(image, NEIGHBOURS)
    st.markdown(f"**The {len(positions)} nearest training digits**")
    cards = [
        Card(train.images[position], f"a {train.labels[position]}", (f"{distance:.1f} apart",))
        for position, distance in zip(positions, distances, strict=True)
    ]
    show_cards(cards, side=64)
    st.caption("Nearest by Euclidean distance of the pixels; a distance of 1 is one pixel of full ink.")
