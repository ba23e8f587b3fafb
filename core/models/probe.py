"""A quick answer to "does this preprocessing help?": a small model on a few thousand images."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.arrays import UInt8Array
from core.errors import ParameterError
from core.models.kind import Monitor, Silent
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import Recipe

Judge = Literal["neighbours", "linear"]
JUDGES: dict[str, str] = {"neighbours": "Nearest neighbours", "linear": "Linear model"}
NEIGHBOURS = 3


@dataclass(frozen=True, eq=False)
class Probe:
    """What a small model made of a recipe.

    Attributes
    ----------
    predictions : (n,) uint8
        Digit read in each of the judged images.
    numbers : int
        How many numbers the recipe turns an image into.
    explained : float
        Share of the variance of the training rows that is left after the recipe's PCA, 0 to 1; 1 without a PCA.
    featurise_seconds : float
        To take all images, training and judged, through the recipe, its fit included.
    judge_seconds : float
        To fit the small model and to predict.
    """

    predictions: np.ndarray
    numbers: int
    explained: float
    featurise_seconds: float
    judge_seconds: float


def probe(
    recipe: Recipe,
    judge: str,
    images: UInt8Array,
    labels: UInt8Array,
    judged: UInt8Array,
    monitor: Monitor | None = None,
) -> Probe:
    """Fit a recipe and a small model on some training images, and let it read others.

    Nearest neighbours take the vote of 3 by Euclidean distance (Cover and Hart 1967); the linear model is a
    multinomial logistic regression with a penalty of 1/C = 10.

    Parameters
    ----------
    judge : str
        "neighbours" or "linear".
    images : (n, 28, 28) uint8
        Training images; all that the recipe and the model learn from.
    labels : (n,) uint8
    judged : (m, 28, 28) uint8
        Images to read.
    monitor : Monitor, optional
        Told after each part of the work.

    Raises
    ------
    ParameterError
        There is no such judge.
    """
    model, monitor = _model(judge), monitor or Silent()
    started = time.perf_counter()
    pipeline, features = Pipeline(recipe).fit_transform(images)
    monitor.report(0.3, "the recipe is fitted")
    features, others = features.reshape(len(images), -1), pipeline.transform(judged).reshape(len(judged), -1)
    halfway = time.perf_counter()
    monitor.report(0.6, "the images are preprocessed")
    predictions = model.fit(features, labels).predict(others).astype(np.uint8)
    ended = time.perf_counter()
    return Probe(predictions, features.shape[1], explained(pipeline), halfway - started, ended - halfway)


def explained(pipeline: Pipeline) -> float:
    """Return share of the training rows' variance that a fitted pipeline's PCA keeps, 0 to 1.

    1 where nothing is dropped.
    """
    shares = [float(affine.explained.sum()) for affine in pipeline.learned if affine.explained is not None]
    return min(1.0, shares[-1]) if shares else 1.0


def _model(judge: str) -> Any:
    if judge == "neighbours":
        from sklearn.neighbors import KNeighborsClassifier

        return KNeighborsClassifier(NEIGHBOURS)
    if judge == "linear":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=0.1, tol=1e-2, max_iter=300)
    raise ParameterError(f"`judge` must be one of {', '.join(JUDGES)}; got {str(judge)[:60]}.")
