"""Multinomial logistic regression: the baseline that draws one straight line between digits."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import Float32Array
from core.declaration import Parameters, parameter
from core.models.kind import CLASSES, ModelKind, Monitor, Preset, TrainingData
from core.models.serving.score_graph import score_graph
from core.models.training_rows import ABSENT, check_rows
from core.preprocessing.recipe import RECIPES

if TYPE_CHECKING:
    from onnx import ModelProto


class LogisticParameters(Parameters):
    """What logistic regression can be told."""

    C: float = parameter(
        1.0,
        "Inverse strength of the L2 penalty; larger values fit the training data more closely.",
        ge=0.0001,
        le=10_000,
        log=True,
        search=(0.01, 100),
    )
    max_iter: int = parameter(
        200, "Maximum number of solver iterations (L-BFGS).", ge=10, le=2000, step=10, title="iterations"
    )


@dataclass(frozen=True)
class LinearModel:
    """Ten weighted sums: `weights` (d, 10) float32, `bias` (10,) float32."""

    weights: np.ndarray
    bias: np.ndarray


def fit(
    data: TrainingData, parameters: LogisticParameters, *, seed: int, threads: int, monitor: Monitor, start: Any = None
) -> LinearModel:
    """Fit by L-BFGS; the library reports nothing on its way, and a stop is not honoured.

    Raises
    ------
    TrainingError
        For rows that are not numbers, or fewer than two classes.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    classes = check_rows(data)
    monitor.report(0.0, "Fitting; no progress is reported before the end")
    with warnings.catch_warnings(record=True) as caught, threadpool_limits(threads):
        warnings.simplefilter("always", ConvergenceWarning)
        found = LogisticRegression(C=parameters.C, max_iter=parameters.max_iter).fit(
            data.train_features, data.train_labels
        )
    late = any(issubclass(entry.category, ConvergenceWarning) for entry in caught)
    monitor.report(1.0, f"Stopped after {found.n_iter_.max()} iterations" + (", before convergence" if late else ""))
    return _all_classes(found, classes)


def _all_classes(found: Any, classes: np.ndarray) -> LinearModel:
    """Give every one of the ten classes a column; of two classes scikit-learn keeps only the second's."""
    weights = np.zeros((found.n_features_in_, CLASSES), np.float32)
    bias = np.full(CLASSES, ABSENT, np.float32)
    if len(classes) == 2:
        weights[:, classes[1]] = found.coef_[0]
        bias[classes] = 0, found.intercept_[0]
    else:
        weights[:, classes] = found.coef_.T
        bias[classes] = found.intercept_
    return LinearModel(weights, bias)


def scores(native: LinearModel, features: np.ndarray) -> Float32Array:
    """Return scores (n, 10) float32 of rows (n, d) float32."""
    return np.asarray(features @ native.weights + native.bias)


def to_onnx(native: LinearModel) -> ModelProto:
    """Return one product and one sum."""
    return score_graph(
        [("MatMul", ["features", "weights"], "sums", {}), ("Add", ["sums", "bias"], "scores", {})],
        {"weights": native.weights, "bias": native.bias},
        len(native.weights),
    )


def save(native: LinearModel, path: Path) -> None:
    """Write the model with skops."""
    import skops.io

    skops.io.dump({"weights": native.weights, "bias": native.bias}, path)


def load(path: Path) -> LinearModel:
    """Read what `save` wrote."""
    import skops.io

    return LinearModel(**skops.io.load(path))


LOGISTIC = ModelKind(
    name="logistic",
    title="Logistic regression",
    short="Logistic",
    summary="A linear model with one weight per feature and digit; the usual baseline.",
    parameters=LogisticParameters,
    presets={
        "fast": Preset(
            LogisticParameters(max_iter=50), RECIPES["deskewed_pca"], "A second; linear in 50 principal components."
        ),
        "default": Preset(LogisticParameters(), RECIPES["deskewed"], "Half a minute, on every pixel."),
        "reference": Preset(LogisticParameters(C=10.0), RECIPES["hog_pca"], "Seconds, on oriented gradients."),
    },
    fit=fit,
    scores=scores,
    to_onnx=to_onnx,
    save=save,
    load=load,
    native_file="logistic.skops",
)
