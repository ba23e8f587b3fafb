from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from core.explain.inside_forest import importances, laid_out, questions, trees_of, where_it_looks
from core.models.discriminants import discriminants
from core.models.forest import FOREST, Forest, ForestParameters
from core.models.kind import Silent
from core.models.serving.export import assemble, learned_steps
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.steps import Hog, Normalise, Pca
from core.ui.components.think_forest import in_words
from tests.core.models.sample_digits import digits, rows


def grown(
    features: np.ndarray, labels: np.ndarray, directions: np.ndarray | None = None
) -> tuple[ExtraTreesClassifier, bytes]:
    native = ExtraTreesClassifier(12, random_state=0, max_features=0.2)
    forest = Forest(native, np.empty((features.shape[1], 0), np.float32) if directions is None else directions)
    native.fit(forest.taken(features), labels)
    return native, assemble(FOREST.to_onnx(forest), [], 1.0).SerializeToString()


def test_on_the_training_rows_it_is_scikit_learn_s_importance() -> None:
    """Extremely randomised trees see every row, so that its own importances are those of the training rows."""
    data = rows(400)
    native, graph = grown(data.train_features, data.train_labels)
    found = importances(trees_of(graph), data.train_features, data.train_labels)
    assert found == pytest.approx(native.feature_importances_, abs=2e-3)
    assert found.sum() == pytest.approx(1)


def test_every_image_ends_in_the_leaf_that_the_native_tree_ends_in() -> None:
    data = rows(200)
    native, graph = grown(data.train_features, data.train_labels)
    trees = trees_of(graph)
    assert len(trees.roots) == 12
    assert len(trees.left) == sum(tree.tree_.node_count for tree in native.estimators_)
    assert trees.leaf.sum() == sum(tree.get_n_leaves() for tree in native.estimators_)


def test_pixels_stay_where_they_are() -> None:
    importance = np.random.default_rng(0).random(784)
    np.testing.assert_array_equal(laid_out(importance, RECIPES["raw"]), importance.reshape(28, 28))


def test_a_cell_of_gradients_spreads_over_its_window() -> None:
    recipe = Recipe(steps=(Normalise(), Hog(cell=4, reach=1.25, orientations=8)))
    importance = np.zeros(recipe.shape)
    importance.reshape(6, 8, 6)[0, 3, 5] = 0.7  # upper right
    picture = laid_out(importance, recipe)
    assert picture.sum() == pytest.approx(0.7)
    row, column = np.unravel_index(picture.argmax(), picture.shape)
    assert row < 8 and column > 19


def test_components_hand_their_importance_to_their_features() -> None:
    recipe = Recipe(steps=(*RECIPES["raw"].steps, Pca(n_components=5)))
    pipeline = Pipeline(recipe).fit(digits()[0][:300])
    importance = np.array([0.5, 0.2, 0.1, 0.1, 0.1])
    picture = laid_out(importance, recipe, pipeline.learned)
    loadings = pipeline.learned[0].matrix
    assert loadings is not None
    assert picture.ravel() == pytest.approx((loadings.astype(float) ** 2 * importance).sum(axis=1), abs=1e-5)


def test_a_forest_on_components_is_opened_from_its_graph() -> None:
    recipe, data = RECIPES["hog_pca"], rows(300)
    pipeline = Pipeline(recipe).fit(data.train_images)
    features = pipeline.transform(data.train_images)
    parameters = ForestParameters(n_estimators=10)
    trained = type(data)(
        features, data.train_labels, features, data.train_labels, data.train_images, pipeline.transform
    )
    native = FOREST.fit(trained, parameters, seed=0, threads=1, monitor=Silent())
    graph = assemble(FOREST.to_onnx(native), pipeline.learned, 1.0).SerializeToString()
    (stored,) = learned_steps(graph)
    np.testing.assert_array_equal(stored.matrix, pipeline.learned[0].matrix)
    picture = where_it_looks(graph, recipe, data.train_images, data.train_labels)
    assert picture.shape == (28, 28)
    assert picture.sum() == pytest.approx(1)


def test_the_shipped_forest_looks_at_the_middle_more_than_at_the_corners() -> None:
    card = shipped()["forest"]
    images, labels = digits()[2][:200], digits()[3][:200]
    picture = where_it_looks(read_graph(card.folder), card.specification.recipe, images, labels)
    assert picture[8:20, 8:20].mean() > 3 * picture[:4, :4].mean()


def test_the_questions_of_one_picture_are_those_on_scikit_learn_s_decision_paths() -> None:
    data = rows(300)
    native, graph = grown(data.train_features, data.train_labels)
    one = data.train_features[5:6]
    expected = np.zeros(one.shape[1], int)
    for tree in native.estimators_:
        asked = tree.tree_.feature[tree.decision_path(one).indices]
        expected += np.bincount(asked[asked >= 0], minlength=one.shape[1])
    np.testing.assert_array_equal(questions(trees_of(graph), one), expected)


def test_discriminants_hand_their_importance_to_the_features_that_they_are_made_of() -> None:
    data = rows(400)
    features, labels = data.train_features, data.train_labels
    directions = discriminants(features, labels)
    native, graph = grown(features, labels, directions)
    found = importances(trees_of(graph), features, labels)
    own = features.shape[1]
    expected = native.feature_importances_[:own].copy()
    for direction, importance in zip(directions.T, native.feature_importances_[own:], strict=True):
        added = ((features * direction) ** 2).sum(axis=0)
        expected += importance * added / added.sum()
    assert found.shape == (own,)
    assert found == pytest.approx(expected, abs=2e-3)
    assert native.feature_importances_[own:].sum() > 0.3


def test_a_picture_s_questions_tell_features_from_discriminants() -> None:
    data = rows(300)
    directions = discriminants(data.train_features, data.train_labels)
    native, graph = grown(data.train_features, data.train_labels, directions)
    one, own = data.train_features[5:6], data.train_features.shape[1]
    taken = np.concatenate([one, one @ directions], axis=1)
    depth = sum(tree.decision_path(taken).sum() - 1 for tree in native.estimators_)
    trees = trees_of(graph)
    asked = questions(trees, one)
    assert (len(asked), asked.sum()) == (own + directions.shape[1], depth)
    shares = trees.handed_back(asked / depth, one)
    assert shares.shape == (own,) and shares.sum() == pytest.approx(1)
    assert in_words(12, asked, own).endswith(f"of {own:,} features and {(asked[own:] > 0).sum()} of 55 discriminants.")
    assert "discriminants" not in in_words(12, asked[:own], own)
