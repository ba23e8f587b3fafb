"""The story of one image: full size, its preprocessing, what every model says of it, and why."""

from __future__ import annotations

import html
from collections import Counter

import cv2
import numpy as np
import pandas as pd
import streamlit as st

from core.charts.occlusion import occlusion_map
from core.charts.probabilities import probability_map
from core.charts.votes import votes
from core.errors import DigitLabError
from core.evaluation.label_errors import LABEL_ERRORS, SOURCE
from core.explain.neighbours import Neighbours
from core.explain.occlusion import Occlusion, occlusion
from core.preprocessing.pipeline import Pipeline
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui import session
from core.ui.components.cards import Card, cards_html, show_cards
from core.ui.components.judged import Judged
from core.ui.components.predictions import probabilities
from core.ui.components.run_choice import run_label
from core.ui.components.sheet import data_url
from core.ui.page import errors_shown
from core.ui.text import certainty, escaped, sentence
from core.ui.theme import is_dark

FULL_SIZE = 224
NEIGHBOURS = 10
SEEN = "images_seen"
"""Session key of the images that the Errors page showed last."""


def show_story(judged: Judged, position: int) -> None:
    """Tell what there is to tell about the image at a position of a split."""
    image, label = judged.split.images[position], int(judged.labels[position])
    rows = asked(judged, position)
    own = rows[run_label(judged.run)]
    picture, words = st.columns([2, 3], gap="medium")
    picture.html(_full_size(image, f"Image {position:,} of the {judged.images.title} set, a {label}"))
    with words:
        st.markdown(verdict(judged.run.name, label, own))
        st.markdown(agreement(rows, own))
        _doubt(judged, position)
    st.plotly_chart(votes(_vote_table(judged.run, own)), key="story_votes", config={"displayModeBar": False})
    _stages(judged.run, image)
    _every_model(rows, label)
    if st.toggle(
        "Why?",
        key="why",
        bind="query-params",
        help="Its nearest training images, and which parts of the image the prediction depends on.",
    ):
        with errors_shown():
            _saliency(judged.run, image, own)
        with errors_shown():
            _nearest(image, int(own.argmax()))


def asked(judged: Judged, position: int) -> dict[str, np.ndarray]:
    """Return the probabilities (10,) that every model gives the image, by label.

    Models that cannot be read are left out.
    """
    rows = {run_label(judged.run): probabilities(judged.run, judged.split_name)[position]}
    for run in judged.others:
        try:
            rows[run_label(run)] = probabilities(run, judged.split_name)[position]
        except DigitLabError:
            continue
    return rows


def verdict(name: str, label: int, row: np.ndarray) -> str:
    """Return what a model made of the image, in a sentence."""
    read = int(row.argmax())
    if read == label:
        return f"A **{label}**. {escaped(name)} classifies it correctly with probability **{certainty(row[read])}**."
    return (
        f"A **{label}** that {escaped(name)} classifies as **{read}** with probability "
        f"**{certainty(row[read])}**; the {label} gets {certainty(row[label])}."
    )


def agreement(rows: dict[str, np.ndarray], own: np.ndarray) -> str:
    """Return how many models read the image as which digit, in a sentence."""
    if len(rows) == 1:
        return "There is no other model to compare with."
    counted = Counter(int(row.argmax()) for row in rows.values()).most_common()
    if len(counted) == 1:
        return f"All {len(rows)} models predict {counted[0][0]}."
    parts = [f"{models} {'reads' if models == 1 else 'read'} {digit}" for digit, models in counted]
    return f"Of {len(rows)} models " + ", ".join(parts) + "."


def _full_size(image: np.ndarray, words: str) -> str:
    large = cv2.resize(image, (FULL_SIZE, FULL_SIZE), interpolation=cv2.INTER_NEAREST)
    return (
        f'<img src="{data_url(large)}" alt="{words}" style="width: 100%; max-width: {FULL_SIZE}px; border-radius: 4px">'
    )


def _doubt(judged: Judged, position: int) -> None:
    """Show what people said of the label, where they were asked."""
    if judged.split_name != "test" or session.dataset().is_sample:
        return
    found = next((error for error in LABEL_ERRORS if error.index == position), None)
    if found is None:
        return
    says = f"{found.for_given} of 5 people chose {found.given}, {found.for_guessed} chose {found.guessed}"
    st.info(f"The label is disputed: {says} ({SOURCE}). The image still counts in every score.", icon=":material/help:")


def _vote_table(run: Run, row: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"model": html.escape(run.name), "kind": run.model, "digit": range(10), "probability": row})


def _every_model(rows: dict[str, np.ndarray], label: int) -> None:
    if len(rows) > 1:
        st.markdown("**All models**, probability of each digit in %")
        shown = {html.escape(name): row for name, row in rows.items()}
        st.plotly_chart(
            probability_map(shown, label, dark=is_dark()), key="story_models", config={"displayModeBar": False}
        )


def _stages(run: Run, image: np.ndarray) -> None:
    """Show the image after each step of the model's recipe."""
    if run.specification is None:
        members = "Each member of an ensemble has its own preprocessing; look at the members instead."
        st.caption(members if run.committee else "The preprocessing of this model is not known.")
        return
    recipe = run.specification.recipe
    stages = Pipeline(recipe).stages(image)
    cards = [Card(stage.picture, stage.title, (stage.note,)) for stage in stages if stage.picture is not None]
    st.markdown("**What the model sees**, step by step")
    st.html(cards_html(cards, side=84, linked=True))
    rest = [stage.title for stage in stages if stage.picture is None] + [step.title for step in recipe.learned]
    if rest:
        st.caption(f"Further steps give numbers that are no longer an image: {', '.join(rest)}.")


def _saliency(run: Run, image: np.ndarray, own: np.ndarray) -> None:
    if not run.has_model:
        st.info(sentence(run.why_no_model), icon=":material/info:")
        return
    found = occlusion(predictor(run).predict_proba, image, int(own.argmax()))
    st.markdown(f"**Which parts of the image the {found.digit} depends on**")
    st.plotly_chart(occlusion_map(image, found.fall), key="story_saliency", config={"displayModeBar": False})
    st.caption(costs(found))


def costs(found: Occlusion) -> str:
    """Return what covering costs, in a sentence."""
    how = "Each part of the image was covered with a square of 6 × 6 pixels"
    if found.worst_fall < 0.001:
        return f"{how}; the probability of the {found.digit} never fell by more than 0.1 points."
    after = (
        "the prediction stays the same"
        if found.worst_digit == found.digit
        else f"the prediction becomes {found.worst_digit}"
    )
    return (
        f"{how}. Orange: the probability of the {found.digit} falls, by at most "
        f"{100 * found.worst_fall:.1f} of {100 * found.probability:.1f} points ({after}). Blue: it rises."
    )


def _nearest(image: np.ndarray, read: int) -> None:
    train = session.dataset().train
    positions, distances = neighbours(session.dataset().fingerprint).nearest(image, NEIGHBOURS)
    labels = train.labels[positions]
    same = int((labels == read).sum())
    st.markdown(f"**The {len(positions)} nearest training images**: {same} of them are {read}s")
    cards = [
        Card(train.images[position], f"a {label}", (f"{distance:.1f} apart",))
        for position, label, distance in zip(positions, labels, distances, strict=True)
    ]
    show_cards(cards, side=64)
    st.caption(
        "Nearest by Euclidean distance of the pixels; a distance of 1 is one pixel of full ink. The model may "
        "measure similarity differently."
    )


@st.cache_resource(show_spinner="Searching the training images ...", max_entries=2)
def neighbours(fingerprint: str) -> Neighbours:
    """Return the training images, ready to be searched; one a server."""
    return Neighbours(session.dataset().train.images)
