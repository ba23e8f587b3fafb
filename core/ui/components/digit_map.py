"""Maps of digits, kept by the server: PCA at once, t-SNE once a worker has computed it; other images can be placed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.explain.plane import NeighbourPlane, Plane, PrincipalPlane
from core.jobs.questions import embedding
from core.jobs.questions.kept import answer
from core.jobs.questions.validation_map import RECIPE, validation_places
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import Recipe
from core.ui import session
from core.ui.components.questions import show_questions


@dataclass(frozen=True, eq=False)
class DigitMap:
    """A map of some images of a split.

    Attributes
    ----------
    positions : (n,) int64
        In the split, of the images on it.
    axes : tuple of str
        What its two axes are.
    about, placing : str
        How to read it, and how other images are placed on it, a sentence each.
    """

    positions: np.ndarray
    plane: Plane
    pipeline: Pipeline
    axes: tuple[str, str]
    about: str
    placing: str

    @property
    def places(self) -> np.ndarray:
        """Places (n, 2) float32 of its images."""
        return self.plane.places

    def place(self, images: UInt8Array) -> np.ndarray:
        """Return places (m, 2) float32 of other images (m, 28, 28) uint8."""
        return self.plane.place(embedding.rows_of(self.pipeline, images))


def digit_map(method: str, recipe: Recipe, split: str, limit: int) -> DigitMap | None:
    """Return the map of at most `limit` images of a split; None, and the way to it, while a worker must compute it.

    Parameters
    ----------
    method : "pca" or "tsne"
    """
    if method == "pca":
        return principal_map(recipe, split, limit)
    if (split, recipe.key) == ("validation", RECIPE.key) and limit >= len(session.dataset().validation):
        return validation_map()
    fingerprint, written = session.dataset().fingerprint, recipe.model_dump_json()
    question = embedding.question(recipe, split, limit, fingerprint)
    why = f"t-SNE of {limit:,} digits takes about half a minute. The result is stored."
    show_questions([question], f"Map of {limit:,} digits by t-SNE", "Compute the t-SNE", why)
    if not question.path.exists():
        return None
    return _tsne(fingerprint, written, split, limit, question.key)


def principal_map(recipe: Recipe, split: str, limit: int) -> DigitMap:
    """Return the PCA of at most `limit` images of a split."""
    return _pca(session.dataset().fingerprint, recipe.model_dump_json(), split, limit)


def validation_map() -> DigitMap:
    """Return the t-SNE of all validation images that ships with the program."""
    return _shipped(session.dataset().fingerprint)


@st.cache_resource(show_spinner="Reading the map ...", max_entries=2)
def _shipped(fingerprint: str) -> DigitMap:
    images = len(session.dataset().validation)
    fitted = _fitted(RECIPE.model_dump_json(), "validation", images)
    return _layout(*fitted, validation_places(session.dataset()))


def _fitted(recipe: str, split: str, limit: int) -> tuple[np.ndarray, Pipeline, np.ndarray]:
    """Return positions of the mapped images, the pipeline that was fitted on them, and their rows."""
    dataset = session.dataset()
    chosen = embedding.mapped(dataset, split, limit)
    images = embedding.named(dataset, split).images[chosen]
    return chosen, *embedding.fitted(Recipe.model_validate_json(recipe), images)


@st.cache_resource(show_spinner="Projecting ...", max_entries=16)
def _pca(fingerprint: str, recipe: str, split: str, limit: int) -> DigitMap:
    chosen, pipeline, rows = _fitted(recipe, split, limit)
    plane = PrincipalPlane(rows)
    about = (
        f"These two components explain {100 * plane.share:.0f} % of the variance: digits that overlap here may differ "
        "in the others."
    )
    axes = ("First principal component", "Second principal component")
    return DigitMap(chosen, plane, pipeline, axes, about, "Your digit is projected as the others are.")


@st.cache_resource(show_spinner="Reading the map ...", max_entries=8)
def _tsne(fingerprint: str, recipe: str, split: str, limit: int, key: str) -> DigitMap | None:
    kept = answer(embedding.question(Recipe.model_validate_json(recipe), split, limit, fingerprint))
    if kept is None:  # it was there a moment ago
        return None
    return _layout(*_fitted(recipe, split, limit), kept["places"])


def _layout(chosen: np.ndarray, pipeline: Pipeline, rows: np.ndarray, places: np.ndarray) -> DigitMap:
    return DigitMap(
        chosen,
        NeighbourPlane(rows, places),
        pipeline,
        ("t-SNE, first axis (no unit)", "t-SNE, second axis (no unit)"),
        "Close points are similar; distances between clusters have no meaning.",
        "t-SNE has no formula for a new digit: yours is placed between the ten most similar digits of the map, the "
        "more similar the closer. This is an estimate.",
    )
