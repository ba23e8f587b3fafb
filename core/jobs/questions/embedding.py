"""A map of digits: alike ones lie close together. PCA at once, t-SNE as a job whose result is kept."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO

import numpy as np

from core.arrays import UInt8Array
from core.data.dataset import Dataset, Split
from core.data.sources import load_expected
from core.errors import ParameterError
from core.jobs.monitor import monitor_of_job
from core.jobs.questions.kept import Answer, Question
from core.jobs.questions.probe import few
from core.models.kind import Monitor
from core.preprocessing.affine import fit_pca
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import Recipe

METHODS = {"pca": "PCA", "tsne": "t-SNE"}
FUNCTION = "core.jobs.questions.embedding:run"
FEWEST, MOST = 200, 5_000
COMPONENTS = 50
PERPLEXITY = 30
ITERATIONS = 600
VERBOSE, ITERATION = 2, re.compile(r"Iteration (\d+): error")
"""How scikit-learn is asked to print its progress, and what it prints."""


def question(recipe: Recipe, split: str, limit: int, fingerprint: str) -> Question:
    """Ask for the t-SNE of at most `limit` images of a split."""
    return Question(FUNCTION, (recipe.model_dump_json(), split, limit, fingerprint), title="the map of digits")


def run(recipe: str, split: str, limit: int, fingerprint: str) -> Answer:
    """Compute the t-SNE in a worker: `places` (n, 2) float32, in the order of `mapped`.

    Raises
    ------
    DataError
        The worker holds another data set than the one that was asked about.
    """
    dataset, monitor = load_expected(fingerprint), monitor_of_job()
    chosen = mapped(dataset, split, limit)
    images = named(dataset, split).images[chosen]
    _, rows = fitted(Recipe.model_validate_json(recipe), images)
    with redirect_stdout(Iterations(monitor)):
        return {"places": tsne(rows, verbose=VERBOSE)}


class Iterations(StringIO):
    """Stands for the standard output, the only place where scikit-learn's t-SNE says how far it is."""

    def __init__(self, monitor: Monitor) -> None:
        super().__init__()
        self._monitor = monitor

    def write(self, text: str) -> int:
        """Tell the monitor the share of the iterations that are done."""
        if found := ITERATION.search(text):
            done = int(found[1])
            self._monitor.report(min(done / ITERATIONS, 1.0), f"iteration {done} of {ITERATIONS}")
        return len(text)


def mapped(dataset: Dataset, split: str, limit: int) -> np.ndarray:
    """Return positions in the split of the images that are on the map; always the same ones.

    Raises
    ------
    ParameterError
        `limit` is out of range, or there is no such split.
    """
    if not FEWEST <= limit <= MOST:
        raise ParameterError(f"`limit` must be between {FEWEST:,} and {MOST:,}; got {limit:,}.")
    return few(named(dataset, split), limit)


def named(dataset: Dataset, split: str) -> Split:
    """Return the split called "train", "validation" or "test"."""
    splits = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    if split not in splits:
        raise ParameterError(f"`split` must be one of {', '.join(splits)}; got {str(split)[:60]}.")
    return splits[split]


def rows_of(pipeline: Pipeline, images: UInt8Array) -> np.ndarray:
    """Return rows (n, d) float32 that a fitted pipeline makes of images (n, 28, 28) uint8."""
    return pipeline.transform(images).reshape(len(images), -1)


def fitted(recipe: Recipe, images: UInt8Array) -> tuple[Pipeline, np.ndarray]:
    """Return a pipeline fitted on images (n, 28, 28) uint8, and the rows (n, d) float32 that it makes of them."""
    pipeline, features = Pipeline(recipe).fit_transform(images)
    return pipeline, features.reshape(len(images), -1)


def tsne(rows: np.ndarray, *, verbose: int = 0) -> np.ndarray:
    """Lay rows (n, d) out in the plane so that neighbours stay neighbours: (n, 2) float32.

    van der Maaten and Hinton, "Visualizing data using t-SNE" (2008), by scikit-learn on 50 principal components, from
    a start at the first two, so that the same rows give the same map.
    """
    from sklearn.manifold import TSNE

    kept = min(COMPONENTS, rows.shape[1], len(rows) - 1)
    fewer = fit_pca(rows, kept)(rows) if rows.shape[1] > kept else rows
    perplexity = min(PERPLEXITY, (len(rows) - 1) / 3)
    method = TSNE(init="pca", perplexity=perplexity, max_iter=ITERATIONS, random_state=0, verbose=verbose)
    return np.asarray(method.fit_transform(fewer).astype(np.float32))
