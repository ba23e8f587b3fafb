"""Random forest and extremely randomised trees, capped in nodes so that the served file stays small."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.arrays import Float32Array
from core.declaration import Parameters, parameter
from core.models.discriminants import discriminants, with_discriminants
from core.models.forest_graph import PREFIX, beside, compact
from core.models.kind import CLASSES, ModelKind, Monitor, Preset, TrainingData
from core.models.training_rows import ABSENT, check_rows
from core.preprocessing.recipe import Recipe
from core.preprocessing.steps import Deskew, Hog, Normalise

if TYPE_CHECKING:
    from onnx import ModelProto

FAINT = 0.001
"""Added to a class's share of the trees before the logarithm, for classes that no tree names."""
TIE = 1e-5
"""What a class gets ahead of the next, as a share, so that the served graph breaks a tied vote as the native model."""
BATCH = 5
"""Trees grown between two reports, a thread."""


class ForestParameters(Parameters):
    """What a forest can be told."""

    kind: Literal["extra_trees", "random_forest"] = parameter(
        "extra_trees",
        "Extremely randomised trees use random thresholds and all images; a random forest uses bootstrap samples "
        "and the best thresholds.",
    )
    n_estimators: int = parameter(100, "Trees.", ge=5, le=500, step=5, title="trees", search=(50, 200))
    max_features: float = parameter(
        0.07, "Share of the features that each split considers.", ge=0.01, le=1, log=True, search=(0.02, 0.3)
    )
    max_depth: int = parameter(40, "Maximum depth of a tree.", ge=2, le=60, step=1)
    min_samples_leaf: int = parameter(1, "Minimum number of training digits in a leaf.", ge=1, le=100, step=1)
    max_nodes: int = parameter(
        250_000,
        "Maximum number of nodes in all trees together; each takes about 75 bytes in the file and eight times as "
        "much in memory.",
        ge=1_000,
        le=1_000_000,
        log=True,
        title="nodes in total",
        search=(50_000, 250_000),
    )
    discriminants: bool = parameter(
        False,
        "Let the splits also ask linear discriminants: what tells every two digits apart, each from the others.",
        title="linear discriminants",
    )


@dataclass(frozen=True, eq=False)
class Forest:
    """A fitted forest.

    Attributes
    ----------
    trees : ExtraTreesClassifier or RandomForestClassifier
        They take the features with those along the directions beside them.
    directions : (d, k) float32
        What `discriminants` returns; k is 0 without them.
    """

    trees: Any
    directions: Float32Array

    def taken(self, features: np.ndarray) -> np.ndarray:
        """Return what the trees take of features (n, d) float32, (n, d + k) float32."""
        return with_discriminants(features, self.directions)


def fit(
    data: TrainingData, parameters: ForestParameters, *, seed: int, threads: int, monitor: Monitor, start: Any = None
) -> Forest:
    """Grow trees in batches; a stop keeps those that are grown.

    Raises
    ------
    TrainingError
        For rows that are not numbers, or fewer than two classes.
    """
    check_rows(data)
    forest = Forest(_unfitted(parameters, seed, threads), _directions(data, parameters))
    trees, features = forest.trees, forest.taken(data.train_features)
    votes = _Votes(forest.taken(data.validation_features))
    for grown in range(BATCH * threads, parameters.n_estimators + BATCH * threads, BATCH * threads):
        trees.n_estimators = min(grown, parameters.n_estimators)
        trees.fit(features, data.train_labels)
        share = trees.n_estimators / parameters.n_estimators
        monitor.report(share, f"{trees.n_estimators} of {parameters.n_estimators} trees grown")
        monitor.validated(trees.n_estimators, parameters.n_estimators, lambda: votes.scores(trees))
        if monitor.stop_requested():
            break
    return forest


def _directions(data: TrainingData, parameters: ForestParameters) -> Float32Array:
    if parameters.discriminants:
        return discriminants(data.train_features, data.train_labels)
    return np.empty((data.train_features.shape[1], 0), np.float32)


class _Votes:
    """Scores of some rows while a forest grows; each tree is asked once."""

    def __init__(self, features: np.ndarray) -> None:
        self._features, self._asked = features, 0
        self._sum = np.zeros(())

    def scores(self, trees: Any) -> Float32Array:
        """Return what `scores` returns of the rows, (n, 10) float32."""
        for tree in trees.estimators_[self._asked :]:
            self._sum = self._sum + tree.predict_proba(self._features)
        self._asked = len(trees.estimators_)
        return _log_shares(trees.classes_, self._sum / self._asked)


def _unfitted(parameters: ForestParameters, seed: int, threads: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    estimator = ExtraTreesClassifier if parameters.kind == "extra_trees" else RandomForestClassifier
    return estimator(
        n_estimators=parameters.n_estimators,
        max_features=parameters.max_features,
        max_depth=parameters.max_depth,
        min_samples_leaf=parameters.min_samples_leaf,
        max_leaf_nodes=max(2, parameters.max_nodes // (2 * parameters.n_estimators)),
        warm_start=True,
        random_state=seed,
        n_jobs=threads,
    )


def scores(native: Forest, features: np.ndarray) -> Float32Array:
    """Return logarithm of each class's share, (n, 10) float32, of rows (n, d) float32."""
    if not len(features):
        return np.empty((0, CLASSES), np.float32)
    return _log_shares(native.trees.classes_, native.trees.predict_proba(native.taken(features)))


def _log_shares(classes: np.ndarray, votes: np.ndarray) -> Float32Array:
    """Return the logarithm of all ten shares, (n, 10) float32, of the shares (n, k) of the classes (k,) seen."""
    shares = np.tile(_faint(classes), (len(votes), 1))
    shares[:, classes.astype(int)] += votes.astype(np.float32)
    return np.asarray(np.log(shares))


def _faint(classes: np.ndarray) -> Float32Array:
    """Return what each of the ten classes has before any tree votes, (10,) float32."""
    digits = np.arange(CLASSES)
    return np.where(np.isin(digits, classes), FAINT + TIE * digits[::-1], np.exp(ABSENT)).astype(np.float32)


def to_onnx(native: Forest) -> ModelProto:
    """Convert the trees with skl2onnx, and lay the logarithm of all ten shares behind them."""
    from onnx import TensorProto, compose, helper, numpy_helper
    from skl2onnx import to_onnx as convert
    from skl2onnx.common.data_types import FloatTensorType

    trees = native.trees
    model = convert(
        trees,
        initial_types=[("features", FloatTensorType([None, trees.n_features_in_]))],
        options={"zipmap": False},
        target_opset={"": 18, "ai.onnx.ml": 3},
    )
    compact(model.graph)
    beside(model.graph, native.directions)
    place = np.eye(CLASSES, dtype=np.float32)[trees.classes_.astype(int)]
    constants = {"place": place, "faint": _faint(trees.classes_)}
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    shares = model.graph.output[1].name
    model.graph.node.extend(
        [
            helper.make_node("MatMul", [shares, "place"], ["placed"]),
            helper.make_node("Add", ["placed", "faint"], ["shares"]),
            helper.make_node("Log", ["shares"], ["scores"]),
        ]
    )
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", CLASSES]))
    # The converter's own "label" and "probabilities" would meet those of the served graph.
    return compose.add_prefix(model, PREFIX, rename_inputs=False, rename_outputs=False)


def save(native: Forest, path: Path) -> None:
    """Write the forest with skops."""
    import skops.io

    skops.io.dump({"trees": native.trees, "directions": native.directions}, path)


def load(path: Path) -> Forest:
    """Read what `save` wrote, and the trees alone that it wrote before there were discriminants."""
    import skops.io

    stored = skops.io.load(path, trusted=["sklearn.tree._tree.Tree"])
    if isinstance(stored, dict):
        return Forest(**stored)
    return Forest(stored, np.empty((stored.n_features_in_, 0), np.float32))


_GRADIENTS = Recipe(steps=(Deskew(), Normalise(), Hog(root=True)))

FOREST = ModelKind(
    name="forest",
    title="Random forest",
    short="Forest",
    summary="Averages many decision trees, each with other random features and thresholds.",
    parameters=ForestParameters,
    presets={
        "fast": Preset(ForestParameters(n_estimators=30, discriminants=True), _GRADIENTS, "Seconds; 30 trees."),
        "default": Preset(
            ForestParameters(discriminants=True), _GRADIENTS, "Half a minute; 100 trees, an error rate of about 0.8 %."
        ),
        "reference": Preset(
            ForestParameters(max_features=0.15, discriminants=True),
            _GRADIENTS,
            "About a minute; every split considers more features.",
        ),
    },
    fit=fit,
    scores=scores,
    to_onnx=to_onnx,
    save=save,
    load=load,
    native_file="forest.skops",
    learns_in="trees",
)
