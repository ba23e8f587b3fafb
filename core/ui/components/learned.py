"""The stored history of a training, ready to be replayed: where it is, on which map, and why there may be none."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.jobs.questions import embedding
from core.models.catalogue import CATALOGUE, title_of
from core.preprocessing.recipe import RECIPES
from core.runs import history as histories
from core.runs.history import Example, History
from core.runs.run import Run
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.components.digit_map import DigitMap, principal_map, validation_map
from core.ui.components.replay import replay_content

SEEN_AS = RECIPES["hog_pca"]
"""The recipe in which a PCA separates the digits best, of those that Data offers for its map."""


def history_of(run: Run) -> History | None:
    """Return a run's history where it is stored and belongs to the validation images at hand.

    Raises
    ------
    RegistryError
        It is lost or damaged.
    """
    if not run.history or run.state.active or run.fingerprint != session.dataset().fingerprint:
        return None
    return _history(run, stamp(run))


def stamp(run: Run) -> str:
    """Return what names a run's history in caches: a run that is resumed ends again, with a longer one."""
    return f"{run.run_id}-{run.created.isoformat()}-{run.ended.isoformat() if run.ended else ''}"


@st.cache_resource(show_spinner="Reading the history of the training ...", max_entries=4)
def _history(_run: Run, of: str) -> History | None:
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


def choose_map() -> DigitMap:
    """Let people choose the map of the validation images."""
    method = choose_named(
        "Map",
        embedding.METHODS,
        "tsne",
        "map",
        help="t-SNE shows groups of similar digits; PCA is a linear projection, on which groups overlap.",
    )
    return map_of(method)


def map_of(method: str) -> DigitMap:
    """Return the map of all validation images by a method; both are there at once."""
    return (
        validation_map()
        if method == "tsne"
        else principal_map(SEEN_AS, "validation", len(session.dataset().validation))
    )


def replay_of(run: Run, history: History, on: DigitMap) -> dict[str, Any]:
    """Return what the browser needs to replay a run's history on a map."""
    return _content(history, on, stamp(run), session.dataset().fingerprint, on.axes[0])


def example() -> Example | None:
    """Return the history that ships with the program, for the validation images at hand."""
    return _example(session.dataset().fingerprint)


@st.cache_resource(show_spinner=False, max_entries=2)
def _example(fingerprint: str) -> Example | None:
    return histories.example(session.dataset())


def replay_of_example(shipped: Example, on: DigitMap) -> dict[str, Any]:
    """Return what the browser needs to replay the example on a map."""
    return _content(shipped.history, on, "example", session.dataset().fingerprint, on.axes[0])


@st.cache_data(show_spinner=False, max_entries=8)
def _content(_history: History, _on: DigitMap, name: str, fingerprint: str, axis: str) -> dict[str, Any]:
    validation = session.dataset().validation
    return replay_content(
        _history,
        validation.labels,
        validation.images,
        _on.places,
        name=f"{name}-{axis}",
        about="Colour: the answer. Ring: wrong.",
    )
