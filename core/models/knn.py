"""k nearest neighbours: the baseline that learns nothing and remembers everything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.arrays import Float32Array
from core.declaration import Parameters, parameter
from core.models.kind import CLASSES, ModelKind, Monitor, Preset, TrainingData
from core.models.serving.score_graph import Node, score_graph
from core.models.training_rows import ABSENT, check_rows, drawn_rows
from core.preprocessing.recipe import RECIPES

if TYPE_CHECKING:
    from onnx import ModelProto

BLOCK = 500
NEAR = 1e-6
"""Added to a squared distance before its inverse is taken, so that a digit may meet itself."""
FAINT = 0.02
"""Added to each class's share of the votes before the logarithm, in place of neighbours that were not asked."""


class NeighbourParameters(Parameters):
    """What nearest neighbours can be told."""

    n_neighbors: int = parameter(4, "Number of neighbours.", ge=1, le=50, step=1, title="neighbours", search=(1, 10))
    weights: Literal["distance", "uniform"] = parameter(
        "distance", "Weights of the neighbours: by inverse squared distance, or equal."
    )
    stored: int = parameter(
        20_000,
        "Maximum number of stored training digits, stratified; more digits are more accurate, but larger and slower.",
        ge=100,
        le=55_000,
        log=True,
        title="stored digits",
    )


@dataclass(frozen=True)
class KnnModel:
    """Remembered rows.

    Attributes
    ----------
    rows : (m, d) float16
        Half precision, so that the served graph measures the same distances.
    labels : (m,) uint8
    n_neighbors : int
        At most m.
    weights : "distance" or "uniform"
    """

    rows: np.ndarray
    labels: np.ndarray
    n_neighbors: int
    weights: str


def fit(
    data: TrainingData, parameters: NeighbourParameters, *, seed: int, threads: int, monitor: Monitor, start: Any = None
) -> KnnModel:
    """Remember training rows, at most `stored` of them.

    Raises
    ------
    TrainingError
        For rows that are not numbers, or fewer than two classes.
    """
    check_rows(data)
    count = len(data.train_labels)
    kept = drawn_rows(count, parameters.stored, seed)
    monitor.report(1.0, f"{len(kept):,} of {count:,} digits stored")
    rows = data.train_features[kept].astype(np.float16)
    return KnnModel(rows, data.train_labels[kept], min(parameters.n_neighbors, len(kept)), parameters.weights)


def scores(native: KnnModel, features: np.ndarray) -> Float32Array:
    """Return logarithm of each class's share of the votes, (n, 10) float32, of rows (n, d) float32."""
    rows, hot = native.rows.astype(np.float32), _hot(native.labels)
    lengths = (rows**2).sum(axis=1)
    shares = np.empty((len(features), CLASSES), np.float32)
    for start in range(0, len(features), BLOCK):
        block = features[start : start + BLOCK]
        distances = np.maximum((block**2).sum(axis=1)[:, None] + lengths - 2 * (block @ rows.T), 0)
        shares[start : start + BLOCK] = _vote(native, distances, hot)
    return np.asarray(np.log(shares + _faint(native)))


def _vote(native: KnnModel, distances: np.ndarray, hot: np.ndarray) -> np.ndarray:
    nearest = np.argpartition(distances, native.n_neighbors - 1, axis=1)[:, : native.n_neighbors]
    weights: np.ndarray = np.ones(nearest.shape, np.float32)
    if native.weights == "distance":
        weights = 1 / (np.take_along_axis(distances, nearest, axis=1) + np.float32(NEAR))
    votes = (weights[:, :, None] * hot[nearest]).sum(axis=1)  # (n, k, 1) * (n, k, 10) -> (n, 10)
    return np.asarray(votes / votes.sum(axis=1, keepdims=True))


def _hot(labels: np.ndarray) -> np.ndarray:
    return np.asarray(np.eye(CLASSES, dtype=np.float32)[labels])


def _faint(native: KnnModel) -> np.ndarray:
    present = np.isin(np.arange(CLASSES), native.labels)
    return np.where(present, FAINT, np.exp(ABSENT)).astype(np.float32)


def to_onnx(native: KnnModel) -> ModelProto:
    """Write distances as a product, and the vote with TopK."""
    constants: dict[str, np.ndarray] = {
        "rows": native.rows.T,
        "row_lengths": (native.rows.astype(np.float32) ** 2).sum(axis=1),
        "hot": _hot(native.labels),
        "faint": _faint(native),
        "two": np.array(2, np.float32),
        "near": np.array(NEAR, np.float32),
        "k": np.array([native.n_neighbors], np.int64),
        "columns": np.array([1], np.int64),
        "last": np.array([2], np.int64),
    }
    weigh: list[Node] = [("Add", ["nearest", "near"], "apart", {}), ("Reciprocal", ["apart"], "weights", {})]
    alike: list[Node] = [("Sub", ["nearest", "nearest"], "zero", {}), ("Exp", ["zero"], "weights", {})]
    nodes: list[Node] = [
        ("ReduceSumSquare", ["features", "columns"], "lengths", {"keepdims": 1}),
        ("Add", ["lengths", "row_lengths"], "both_lengths", {}),
        ("MatMul", ["features", "rows"], "products", {}),
        ("Mul", ["products", "two"], "twice", {}),
        ("Sub", ["both_lengths", "twice"], "signed", {}),
        ("Relu", ["signed"], "distances", {}),
        ("TopK", ["distances", "k"], "nearest,places", {"largest": 0, "sorted": 0}),
        *(weigh if native.weights == "distance" else alike),
        ("Gather", ["hot", "places"], "ballots", {"axis": 0}),
        ("Unsqueeze", ["weights", "last"], "weights_3d", {}),
        ("Mul", ["ballots", "weights_3d"], "weighed", {}),
        ("ReduceSum", ["weighed", "columns"], "votes", {"keepdims": 0}),
        ("ReduceSum", ["votes", "columns"], "total", {"keepdims": 1}),
        ("Div", ["votes", "total"], "shares", {}),
        ("Add", ["shares", "faint"], "sure", {}),
        ("Log", ["sure"], "scores", {}),
    ]
    return score_graph(nodes, constants, native.rows.shape[1])


def save(native: KnnModel, path: Path) -> None:
    """Write the memory with skops."""
    import skops.io

    skops.io.dump({name: getattr(native, name) for name in ("rows", "labels", "n_neighbors", "weights")}, path)


def load(path: Path) -> KnnModel:
    """Read what `save` wrote."""
    import skops.io

    return KnnModel(**skops.io.load(path))


KNN = ModelKind(
    name="knn",
    title="Nearest neighbours",
    short="Neighbours",
    summary="Predicts the most frequent label among the most similar training digits.",
    parameters=NeighbourParameters,
    presets={
        "fast": Preset(NeighbourParameters(stored=5_000), RECIPES["deskewed_pca"], "A second; 5,000 stored digits."),
        "default": Preset(NeighbourParameters(), RECIPES["deskewed_pca"], "Seconds; 20,000 stored digits."),
        "reference": Preset(
            NeighbourParameters(stored=55_000), RECIPES["hog_pca"], "On oriented gradients (HOG); all digits stored."
        ),
    },
    fit=fit,
    scores=scores,
    to_onnx=to_onnx,
    save=save,
    load=load,
    native_file="neighbours.skops",
)
