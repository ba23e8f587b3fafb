"""What the Data page computes, kept by the server for every session that asks again."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import streamlit as st

from core.data import gallery
from core.data.dataset import Split
from core.jobs.questions import embedding
from core.preprocessing.affine import Affine, PrincipalAxes, principal_axes
from core.preprocessing.base_step import BaseStep
from core.preprocessing.pictures import moments
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import Recipe
from core.preprocessing.steps import Pca
from core.preprocessing.timing import milliseconds
from core.ui import session

LEARNING_IMAGES = 1_000
TIMED_IMAGES = 100
INK_IMAGES = 5_000
LEANING_IMAGES = 2_000
FITTING = threading.Lock()
"""One fit at a time: each takes 40 MB meanwhile."""


def split_named(name: str) -> Split:
    """Return a split of the data set at hand."""
    return embedding.named(session.dataset(), name)


@st.cache_data(show_spinner=False, max_entries=4)
def class_counts(fingerprint: str) -> pd.DataFrame:
    """Return images of each digit in each split."""
    return gallery.class_counts(session.dataset())


@st.cache_data(show_spinner=False, max_entries=8)
def averages(fingerprint: str, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of every pixel within each digit, as pictures (10, 28, 28) uint8."""
    chosen = split_named(split)
    deviations = np.sqrt(gallery.variance_images(chosen))
    return gallery.mean_images(chosen).astype(np.uint8), np.clip(2 * deviations, 0, 255).astype(np.uint8)


@st.cache_data(show_spinner=False, max_entries=64)
def positions(fingerprint: str, split: str, digit: int | None, order: str) -> np.ndarray:
    """Return positions of a digit's images (of all for None): as they come, or by distance from the digit's mean."""
    return gallery.positions(split_named(split), digit, order)


@st.cache_data(show_spinner=False, max_entries=8)
def ink(fingerprint: str, split: str) -> np.ndarray:
    """Return pixels of up to 5,000 images, evenly spread over a split."""
    images = split_named(split).images
    return images[:: max(1, len(images) // INK_IMAGES)]


@st.cache_data(show_spinner="Searching for duplicates ...", max_entries=4)
def duplicates(fingerprint: str) -> pd.DataFrame:
    """Test images that also train or validate."""
    return gallery.duplicates(session.dataset())


def learned(fingerprint: str, recipe: Recipe) -> tuple[Affine, ...]:
    """Return what a recipe's learned steps learn from the first 1,000 training images."""
    return _learned(fingerprint, recipe.model_dump_json())


@st.cache_resource(show_spinner=False, max_entries=24)  # of 0.2 MB each with 50 components
def _learned(fingerprint: str, written: str) -> tuple[Affine, ...]:
    """Return it as it is kept: a slider that is moved back and forth comes by the same few recipes.

    A PCA that comes last keeps some of the directions that are learned for any number of them.
    """
    recipe = Recipe.model_validate_json(written)
    last = recipe.steps[-1]
    if not isinstance(last, Pca):
        with FITTING:
            return Pipeline(recipe).fit(_learning_images()).learned
    before, axes = _axes(fingerprint, Recipe(steps=recipe.steps[:-1]).model_dump_json())
    return (*before, axes.pca(last.n_components, last.whiten))


@st.cache_resource(show_spinner=False, max_entries=2)  # of 5 MB each
def _axes(fingerprint: str, recipe: str) -> tuple[tuple[Affine, ...], PrincipalAxes]:
    """Return what a recipe's learned steps learn, and the directions in which the rows vary that come out."""
    with FITTING:
        pipeline, features = Pipeline(Recipe.model_validate_json(recipe)).fit_transform(_learning_images())
        return pipeline.learned, principal_axes(features)


def _learning_images() -> np.ndarray:
    return session.dataset().train.images[:LEARNING_IMAGES]


@st.cache_data(show_spinner=False, max_entries=256)
def step_milliseconds(fingerprint: str, _step: BaseStep, written: str, shape: tuple[int, ...], whole: bool) -> float:
    """Return milliseconds a step takes for 1,000 pictures of a shape; `whole` says whether they are grey values."""
    images = session.dataset().validation.images[:TIMED_IMAGES]
    if images.shape[1:] != shape:
        images = np.resize(images, (TIMED_IMAGES, *shape))
    return milliseconds(_step, images if whole else images.astype(np.float32) / np.float32(255), repeats=3)


def most_slanted(split: Split) -> np.ndarray:
    """Return positions of the fifty images that lean most, among the first 2,000 of a split."""
    mass, _, _, _, xy, yy = moments(split.images[:LEANING_IMAGES])
    slant = np.abs(xy) / np.maximum(yy, 1e-2 * np.maximum(mass, 1))
    return np.argsort(-slant)[:50]
