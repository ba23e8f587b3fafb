"""Nearest centroid: the mean of each digit, and the nearest of the ten answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.declaration import Parameters, parameter
from core.models.kind import CLASSES, ModelKind, Monitor, Preset, TrainingData
from core.models.serving.score_graph import score_graph
from core.models.training_rows import check_rows
from core.preprocessing.recipe import RECIPES

if TYPE_CHECKING:
    from onnx import ModelProto

NOWHERE = 1e3
"""Where the centroid of a digit lies that was left out of training."""


class CentroidParameters(Parameters):
    """What the nearest centroid can be told."""

    shrink: float = parameter(0.0, "How far every centroid moves towards their middle.", ge=0, le=1, step=0.05)


def fit(
    data: TrainingData, parameters: CentroidParameters, *, seed: int, threads: int, monitor: Monitor, start: Any = None
) -> np.ndarray:
    """The ten centroids, (10, d) float32."""
    present = check_rows(data)
    centroids = np.full((CLASSES, data.train_features.shape[1]), NOWHERE, np.float32)
    for digit in present:
        centroids[digit] = data.train_features[data.train_labels == digit].mean(axis=0)
    middle = centroids[present].mean(axis=0)
    centroids[present] += parameters.shrink * (middle - centroids[present])
    monitor.report(1.0, f"{len(present)} centroids")
    return centroids


def _linear(centroids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest centroid as ten weighted sums, as the square of the row itself is the same for all."""
    return np.ascontiguousarray(2 * centroids.T), -(centroids**2).sum(axis=1)


def scores(native: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Less the squared distances (n, 10), up to a constant a row."""
    weights, bias = _linear(native)
    return features @ weights + bias


def to_onnx(native: np.ndarray) -> ModelProto:
    """One product and one sum."""
    weights, bias = _linear(native)
    return score_graph(
        [("MatMul", ["features", "weights"], "sums", {}), ("Add", ["sums", "bias"], "scores", {})],
        {"weights": weights, "bias": bias},
        len(weights),
    )


def save(native: np.ndarray, path: Path) -> None:
    """Write the centroids."""
    with path.open("wb") as file:
        np.save(file, native, allow_pickle=False)


def load(path: Path) -> np.ndarray:
    """Read what `save` wrote."""
    return np.asarray(np.load(path, allow_pickle=False))


CENTROIDS = ModelKind(
    name="centroids",
    title="Nearest centroid",
    summary="Answers the digit whose mean is nearest.",
    parameters=CentroidParameters,
    presets={"fast": Preset(CentroidParameters(), RECIPES["deskewed_pca"], "A second; a fifth of the digits wrong.")},
    fit=fit,
    scores=scores,
    to_onnx=to_onnx,
    save=save,
    load=load,
    native_file="centroids.npy",
)
