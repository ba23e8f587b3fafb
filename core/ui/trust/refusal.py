"""Answer only when sure enough: a threshold chosen on validation images, and what it does on test images."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pandas as pd
import streamlit as st

from core.charts.trust import confidence_histogram, reject_chart
from core.data.judging import FULL_VALIDATION, JudgingSet
from core.evaluation.reject import reject_curve
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.components.judged import Judged
from core.ui.components.predictions import probabilities
from core.ui.components.refusal import NOTCHES, START, refusal, show_figures
from core.ui.trust.refused import show_images

TARGETS = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02)
AT_LEAST, TARGET = "at_least", "target"


def show_refusal(judged: Judged) -> None:
    """Show the slider, what it does on both splits, and the images it refuses."""
    st.caption(
        "A model that may reject uncertain images makes fewer errors on the rest; a person classifies the rejected "
        "images. Set the threshold on the validation images; the test images show what to expect."
    )
    chosen, shown = threshold_images(judged.images), effect_images(judged.images)
    curves = {images.title: refusal_curve(judged, images) for images in (chosen, shown)}
    threshold = choose_threshold(curves[chosen.title])
    found = refusal(judged, shown.name, threshold)
    show_figures(found, refusal(judged, chosen.name, threshold), shown.title)
    left, right = st.columns(2, gap="medium")
    figure = reject_chart(curves, threshold or None).update_xaxes(range=[first_error(curves.values()), 100])
    left.plotly_chart(figure, key="reject", alt="Error rate by share of images answered")
    rows = probabilities(judged.run, shown.name)
    right_ones = rows.argmax(axis=1) == shown.split.labels
    with right:
        st.plotly_chart(
            confidence_histogram(rows.max(axis=1), right_ones, threshold or None),
            key="refusal_confidence",
            alt=f"Probabilities of correct and incorrect predictions on the {shown.title} images",
        )
    show_images(judged, shown, found, rows)


def threshold_images(images: JudgingSet) -> JudgingSet:
    """Return the images that a threshold is chosen by: validation images, all that a model has of them."""
    return images if images.name == FULL_VALIDATION else session.judging("validation")


def effect_images(images: JudgingSet) -> JudgingSet:
    """Return the images that show what a threshold does: the test images, or a set that has none beside it."""
    return images if images.own or images.name == FULL_VALIDATION else session.judging("test")


def first_error(curves: Iterable[pd.DataFrame]) -> float:
    """Return where the chart may begin: a little before the share answered (%) at which the first answer is wrong."""
    shares = [100 * curve.loc[curve["wrong"] > 0, "coverage"].min() for curve in curves if (curve["wrong"] > 0).any()]
    start = min(shares, default=0.0)
    return max(0.0, start - 0.1 * (100 - start) - 0.5)


def choose_threshold(curve: pd.DataFrame) -> float:
    """Return the slider, and the box that sets it by the error that may remain; returns the threshold, 0 to 1."""
    slider, box = st.columns([3, 2], gap="medium")
    with box:
        wanted = st.selectbox(
            "Maximum error rate on validation",
            TARGETS,
            index=None,
            format_func=lambda target: f"{target:g} % of the answers",
            key=TARGET,
            placeholder="choose an error rate",
            on_change=partial(_set_notch, curve),
        )
    with slider:
        titles = {_name(notch): f"{notch:g} %" if notch else "always" for notch in NOTCHES}
        name = "Minimum probability for an answer"
        chosen = float(choose_named(name, titles, _name(START), AT_LEAST, control=st.select_slider))
    with st.container():
        if wanted is not None and lowest_notch(curve, wanted / 100) is None:
            st.info(f"No threshold reaches an error rate of at most {wanted:g} % with this model.")
    return chosen / 100


def _set_notch(curve: pd.DataFrame) -> None:
    target = st.session_state[TARGET]
    notch = None if target is None else lowest_notch(curve, target / 100)
    if notch is not None:
        st.session_state[f"{AT_LEAST}_box"] = _name(notch)


def _name(notch: float) -> str:
    """Return what the address calls a position of the slider."""
    return f"{notch:g}"


def lowest_notch(curve: pd.DataFrame, target: float) -> float | None:
    """Return the lowest position of the slider at which the error of a `reject_curve` is at most the target."""
    for notch in NOTCHES:
        answered = curve[curve["threshold"] >= notch / 100].head(1)
        if len(answered) and float(answered["error"].iloc[0]) <= target:
            return notch
    return None


def refusal_curve(judged: Judged, images: JudgingSet) -> pd.DataFrame:
    """Return every threshold's effect on some images, as `core.evaluation.reject.reject_curve`."""
    return _kept_curve(judged, judged.run.run_id, images.fingerprint, images.name)


@st.cache_data(show_spinner=False, max_entries=64)
def _kept_curve(_judged: Judged, run_id: str, fingerprint: str, split: str) -> pd.DataFrame:
    return reject_curve(session.judging(split).split.labels, probabilities(_judged.run, split))
