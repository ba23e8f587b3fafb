"""The support vectors that pull a digit to the answer, and those that pull it to the second digit."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.explain.pulls import MachineInside, Pulls, by_image
from core.explain.support_vectors import SUPPORT_FILE, Support
from core.models.serving.export import learned_steps
from core.models.serving.predictor import read_graph
from core.preprocessing.pipeline import Pipeline
from core.runs import artifacts
from core.runs.model_cache import model_folder
from core.runs.run import Run
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.components.opened import opened_machine

SHOWN, FEWER = 6, 4


def show_pulls(run: Run, image: UInt8Array, compact: bool = False) -> None:
    """Show the decision between the answer and the second digit, and the training images that pull most each way."""
    assert run.specification is not None
    machine = opened_machine(run)
    pulls = machine.pulls(Pipeline(run.specification.recipe).transform_fixed(image[None]))
    st.markdown(in_words(pulls))
    support = _support(run)
    if support is None:
        st.info("The training images behind the support vectors are not available here.", icon=":material/info:")
        return
    for place, digit in zip(st.columns(2, gap="large"), pulls.digits, strict=True):
        with place:
            st.markdown(f"**Towards {digit}**")
            _nearest(run, machine, support, pulls, digit, FEWER if compact else SHOWN)
    if compact:
        return
    st.caption(
        "Each support vector weighs as much as it is similar to the drawing, times what the training gave it. Below "
        "each training image: its pull, together with that of the virtual examples that were made from it."
    )


def in_words(pulls: Pulls) -> str:
    """Return how the decision came about, in a sentence."""
    answer, second = pulls.digits
    toward, away = float(pulls.pull[pulls.pull > 0].sum()), float(-pulls.pull[pulls.pull < 0].sum())
    many, few = int((pulls.pull > 0).sum()), int((pulls.pull < 0).sum())
    return (
        f"**{answer} or {second}?** {many:,} support vectors pull towards {answer} with {toward:.2f} in all, {few:,} "
        f"towards {second} with {away:.2f}; with the constant of {pulls.constant:+.2f} the decision is "
        f"**{pulls.decision:+.2f}**, for {answer if pulls.decision > 0 else second}."
    )


def _support(run: Run) -> Support | None:
    """Return the training images behind a machine; None where they are not kept or not those of this data set."""
    path = model_folder(run) / SUPPORT_FILE
    if not path.exists():
        return None
    with artifacts.named(run):
        support = Support.load(path)
    return support if support.fingerprint == session.dataset().fingerprint else None


def _nearest(run: Run, machine: MachineInside, support: Support, pulls: Pulls, digit: int, count: int) -> None:
    pull = pulls.towards(digit)
    if not pull.any():
        st.caption("No support vector pulls this way.")
        return
    positions = support.positions[support.labels == digit]
    of_images = by_image(machine.vectors, pull, _features(run, support, run.run_id, run.created.isoformat(), digit))
    strongest = np.argsort(-of_images, kind="stable")[:count]
    images = session.dataset().train.images[positions[strongest]]
    show_cards(
        [Card(image, f"{of_images[place]:.2f}") for image, place in zip(images, strongest, strict=True)], side=72
    )


@st.cache_data(show_spinner="Preparing the support vectors' images ...", max_entries=20)
def _features(_run: Run, _support: Support, run_id: str, created: str, digit: int) -> np.ndarray:
    """Return the features (n, d) float32 of a digit's support images, as the machine takes them."""
    assert _run.specification is not None
    pipeline = Pipeline(_run.specification.recipe, learned_steps(read_graph(model_folder(_run))))
    positions = _support.positions[_support.labels == digit]
    return pipeline.transform(session.dataset().train.images[positions])
