"""Where a forest looks: the importance of each feature, measured on images, and laid back onto the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Float32Array, Float64Array, IntArray, UInt8Array
from core.errors import RecipeError
from core.models.discriminants import with_discriminants
from core.models.forest_graph import CLASSIFIER, DIRECTIONS, PREFIX, REGRESSOR
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
        A picture goes left where its feature is at most the threshold; a feature from d on is a discriminant.
    left, right : int64
        Positions of the children.
    roots : (trees,) int64
    directions : (d, k) float32, optional
        Of the linear discriminants, where the trees ask any.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    roots: np.ndarray
    directions: np.ndarray | None = None

    @property
    def leaf(self) -> np.ndarray:
        """Which nodes ask nothing, (nodes,) bool."""
        return np.asarray(self.left == np.arange(len(self.left)))

    def taken(self, features: Float32Array) -> Float32Array:
        """Return what the trees take of features (n, d) float32: these, and the discriminants beside them."""
        if self.directions is None:
            return features
        return with_discriminants(features, self.directions)

    def handed_back(self, values: np.ndarray, features: Float32Array) -> Float64Array:
        """Hand what belongs to discriminants to the features, each by the square of what it adds to them.

        Parameters
        ----------
        values : (d + k,) floats
        features : (n, d) float32
            Of the images on which the discriminants are taken.

        Returns
        -------
        (d,) float64
            With the same sum.
        """
        if self.directions is None:
            return np.asarray(values, np.float64)
        own = len(self.directions)
        added = self.directions.astype(np.float64) ** 2 * (features.astype(np.float64) ** 2).mean(axis=0)[:, None]
        return np.asarray(values[:own] + (added / np.maximum(added.sum(axis=0), 1e-12)) @ values[own:])


def trees_of(graph: bytes) -> Trees:
    """Read the trees of a served forest; raises RecipeError for a graph that has none."""
    import onnx
    from onnx.numpy_helper import to_array

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
        next((to_array(held) for held in model.graph.initializer if held.name.endswith(PREFIX + DIRECTIONS)), None),
    )


def importances(trees: Trees, features: Float32Array, labels: UInt8Array) -> Float64Array:
    """Return how far the questions about each feature part the digits, (d,) float64, sum 1.

    The mean decrease in Gini impurity (Breiman et al. 1984; scikit-learn's `feature_importances_`), but measured on the
    images that are given instead of those that the trees were grown on.

    Parameters
    ----------
    features : (n, d) float32
        As the recipe makes them.
    labels : (n,) uint8
    """
    taken = trees.taken(features)
    counts = _visits(trees, taken, labels)  # (nodes, 10)
    images = counts.sum(axis=1)
    impurity = images - (counts.astype(np.float64) ** 2).sum(axis=1) / np.maximum(images, 1)
    gain = impurity - impurity[trees.left] - impurity[trees.right]
    gain[trees.leaf] = 0
    found = np.bincount(trees.feature, gain, minlength=taken.shape[1])
    return trees.handed_back(found / (found.sum() or 1.0), features)


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
    """Return how often one picture, features (1, d) float32, is asked for each that the trees take, (d + k,) int64."""
    taken = trees.taken(features)
    asked = np.concatenate([place for _, place in _paths(trees, taken)])
    asked = asked[~trees.leaf[asked]]
    return np.bincount(trees.feature[asked], minlength=taken.shape[1])


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
