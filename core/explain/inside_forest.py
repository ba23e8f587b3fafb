"""Where a forest looks: the importance of each feature, measured on images, and laid back onto the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Float32Array, Float64Array, IntArray, UInt8Array
from core.errors import RecipeError
from core.models.forest_graph import CLASSIFIER, REGRESSOR
from core.models.kind import CLASSES
from core.models.serving.export import learned_steps
from core.preprocessing.affine import Affine
from core.preprocessing.hog import windows
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import SIDE, Recipe
from core.preprocessing.steps import Hog, Resize

BATCH = 250


@dataclass(frozen=True, eq=False)
class Trees:
    """All nodes of all trees in a row, as arrays (nodes,); a leaf is its own child.

    Attributes
    ----------
    feature, threshold : int64, float32
        A picture goes left where its feature is at most the threshold.
    left, right : int64
        Positions of the children.
    roots : (trees,) int64
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    roots: np.ndarray

    @property
    def leaf(self) -> np.ndarray:
        """Which nodes ask nothing, (nodes,) bool."""
        return np.asarray(self.left == np.arange(len(self.left)))


def trees_of(graph: bytes) -> Trees:
    """Read the trees of a served forest; raises RecipeError for a graph that has none."""
    import onnx

    model = onnx.load_model_from_string(graph)
    node = next((node for node in model.graph.node if node.op_type in (CLASSIFIER, REGRESSOR)), None)
    if node is None:
        raise RecipeError("This model has no trees to show.")
    values = {entry.name: onnx.helper.get_attribute_value(entry) for entry in node.attribute}
    tree, number = np.asarray(values["nodes_treeids"]), np.asarray(values["nodes_nodeids"])
    key = tree * (number.max() + 1) + number
    order = np.argsort(key)
    places = np.arange(len(key))
    leaf = np.array([mode == b"LEAF" for mode in values["nodes_modes"]])

    def child(name: str) -> np.ndarray:
        wanted = tree * (number.max() + 1) + np.asarray(values[name])
        found = order[np.minimum(np.searchsorted(key, wanted, sorter=order), len(order) - 1)]
        return np.where(leaf, places, found)

    return Trees(
        np.asarray(values["nodes_featureids"]),
        np.asarray(values["nodes_values"], np.float32),
        child("nodes_truenodeids"),
        child("nodes_falsenodeids"),
        places[number == 0],
    )


def importances(trees: Trees, features: Float32Array, labels: UInt8Array) -> Float64Array:
    """Return how far the questions about each feature part the digits, (d,) float64, sum 1.

    The mean decrease in Gini impurity (Breiman et al. 1984; scikit-learn's `feature_importances_`), but measured on the
    images that are given instead of those that the trees were grown on.

    Parameters
    ----------
    features : (n, d) float32
        As the trees take them.
    labels : (n,) uint8
    """
    counts = _visits(trees, features, labels)  # (nodes, 10)
    images = counts.sum(axis=1)
    impurity = images - (counts.astype(np.float64) ** 2).sum(axis=1) / np.maximum(images, 1)
    gain = impurity - impurity[trees.left] - impurity[trees.right]
    gain[trees.leaf] = 0
    found = np.bincount(trees.feature, gain, minlength=features.shape[1])
    return np.asarray(found / (found.sum() or 1.0))


def _visits(trees: Trees, features: np.ndarray, labels: np.ndarray) -> IntArray:
    """Return how many images of each digit come by each node, (nodes, 10) int64."""
    counts = np.zeros(len(trees.left) * CLASSES, np.int64)
    for start in range(0, len(features), BATCH):
        rows, digits = features[start : start + BATCH], labels[start : start + BATCH].astype(np.int64)
        seen = [place * CLASSES + digits[image] for image, place in _paths(trees, rows)]
        counts += np.bincount(np.concatenate(seen), minlength=len(counts))
    return counts.reshape(-1, CLASSES)


def _paths(trees: Trees, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield, depth by depth, the positions of images and of the nodes that they come by, both (m,) int64."""
    leaf = trees.leaf
    image, place = (values.ravel() for values in np.meshgrid(np.arange(len(rows)), trees.roots, indexing="ij"))
    while len(place):
        yield image, place
        going = ~leaf[place]
        image, place = image[going], place[going]
        left = rows[image, trees.feature[place]] <= trees.threshold[place]
        place = np.where(left, trees.left[place], trees.right[place])


def questions(trees: Trees, features: Float32Array) -> IntArray:
    """Return how often the paths of one picture, features (1, d) float32, ask for each feature; (d,) int64."""
    asked = np.concatenate([place for _, place in _paths(trees, features)])
    asked = asked[~trees.leaf[asked]]
    return np.bincount(trees.feature[asked], minlength=features.shape[1])


def where_it_looks(graph: bytes, recipe: Recipe, images: UInt8Array, labels: UInt8Array) -> Float64Array:
    """Return the importance of each place of the picture that a served forest's recipe makes, (h, w) float64, sum 1.

    Parameters
    ----------
    images, labels : (n, 28, 28) uint8, (n,) uint8
        That the importance is measured on.
    """
    pipeline = Pipeline(recipe, learned_steps(graph))
    return laid_out(importances(trees_of(graph), pipeline.transform(images), labels), recipe, pipeline.learned)


def laid_out(importance: np.ndarray, recipe: Recipe, learned: Sequence[Affine] = ()) -> np.ndarray:
    """Lay importances back onto the picture that the features were taken from, (h, w) float64, with the same sum.

    A pixel has its own. A cell of oriented gradients has those of all its directions, and spreads them over the pixels
    of its window as it weighs them. A principal component hands its importance to the features it is made of, each by
    its squared loading.

    Parameters
    ----------
    importance : (d,) floats
    recipe : Recipe
        For rows of numbers, not for pictures.
    learned : sequence of Affine
        The recipe's learned steps.
    """
    values = np.asarray(importance, np.float64)
    for affine in reversed(learned):
        if affine.matrix is not None:
            squared = affine.matrix.astype(np.float64) ** 2
            values = (squared / np.maximum(squared.sum(axis=0), 1e-12)) @ values
    side = next((step.size for step in reversed(recipe.fixed) if isinstance(step, Resize)), SIDE)
    gradients = next((step for step in recipe.fixed if isinstance(step, Hog)), None)
    if gradients is None:
        return values.reshape(side, side)
    weights = windows(side, gradients.cell, gradients.reach)
    weights = weights / weights.sum(axis=1, keepdims=True)
    cells = values.reshape(len(weights), gradients.orientations, len(weights)).sum(axis=1)
    return np.asarray(weights.T @ cells @ weights)
