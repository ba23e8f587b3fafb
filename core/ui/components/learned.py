"""The stored history of a training, ready to be replayed: where it is, on which map, and why there may be none."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.jobs.questions import embedding
from core.jobs.questions.kept import Question
from core.models.catalogue import CATALOGUE, title_of
from core.preprocessing.recipe import RECIPES
from core.runs import history as histories
from core.runs.history import History
from core.runs.run import Run
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.components.digit_map import DigitMap, digit_map
from core.ui.components.replay import replay_content

SEEN_AS = {"pca": RECIPES["hog_pca"], "tsne": RECIPES["deskewed"]}
"""The recipe of each map: the one in which it parts the digits best."""


def history_of(run: Run) -> History | None:
    """Return a run's history where it is stored and belongs to the validation images at hand.

    Raises
    ------
    RegistryError
        It is lost or damaged.
    """
    if not run.history or run.state.active or run.fingerprint != session.dataset().fingerprint:
        return None
    return _history(run, run.run_id, run.created.isoformat(), run.ended.isoformat() if run.ended else "")


@st.cache_resource(show_spinner="Reading the history of the training ...", max_entries=4)
def _history(_run: Run, run_id: str, created: str, ended: str) -> History | None:
    return histories.load(_run)


def why_none(run: Run) -> str:
    """Return why a run cannot be replayed, in a sentence."""
    kind = CATALOGUE.get(run.model)
    if run.shipped:
        return (
            "Shipped models have no stored history, to keep the download small. Train a CNN or a forest to replay it."
        )
    if run.state.active:
        return "The training is still running. Its replay is shown here when it has ended."
    if run.history:
        return "Its history belongs to other validation images than those of the current data set."
    if kind is None or not kind.learns_in:
        return (
            f"{title_of(run.model)}: the model is fitted in one piece, so there are no epochs to replay. "
            "Train a CNN or a forest to see one learn."
        )
    return "There is no stored history: the run ended before it was judged once, or an earlier version trained it."


def replayable() -> list[Run]:
    """Return the runs of which a history is stored for the data at hand, networks first, the newest first."""
    fingerprint = session.dataset().fingerprint
    found = [run for run in session.runs() if run.history and run.finished and run.fingerprint == fingerprint]
    return sorted(found, key=lambda run: run.history != "epochs")


def best_method() -> str:
    """Return the method of the map that parts the digits best, of those that are there at once."""
    return "tsne" if _question("tsne").path.exists() else "pca"


def choose_map() -> DigitMap | None:
    """Let people choose the map of the validation images; None while a worker must compute it.

    t-SNE is chosen at first where it has been computed, as it parts the digits better.
    """
    method = choose_named(
        "Map",
        embedding.METHODS,
        best_method(),
        "map",
        control=st.segmented_control,
        required=True,
        help="PCA is instant. t-SNE separates the digits better; a worker computes it once.",
    )
    return map_of(method)


def map_of(method: str) -> DigitMap | None:
    """Return the map of the validation images by a method."""
    return digit_map(method, SEEN_AS[method], "validation", _limit())


def _question(method: str) -> Question:
    return embedding.question(SEEN_AS[method], "validation", _limit(), session.dataset().fingerprint)


def _limit() -> int:
    return min(embedding.MOST, len(session.dataset().validation))


def replay_of(run: Run, history: History, on: DigitMap) -> dict[str, Any]:
    """Return what the browser needs to replay a history on a map."""
    dataset = session.dataset()
    return _content(history, on, run.run_id, run.created.isoformat(), dataset.fingerprint, on.axes[0])


@st.cache_data(show_spinner=False, max_entries=8)
def _content(
    _history: History, _on: DigitMap, run_id: str, created: str, fingerprint: str, axis: str
) -> dict[str, Any]:
    validation = session.dataset().validation
    return replay_content(
        _history,
        validation.labels,
        validation.images,
        _on.places,
        name=f"{run_id}-{created}-{axis}",
        about="Colour: the answer. Ring: wrong.",
    )
