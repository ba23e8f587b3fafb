from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.reconstruction import picture_left, reconstruct
from core.preprocessing.steps import Normalise, Pca, Reshape, Standardise


@pytest.mark.parametrize("whiten", [False, True])
def test_pca_comes_back_as_scikit_learn_brings_it(whiten: bool) -> None:
    from sklearn.decomposition import PCA

    images = load_sample().train.images[:300]
    rows = images.reshape(300, -1) / np.float32(255)
    oracle = PCA(30, svd_solver="full").fit(rows)
    pipeline = Pipeline(Recipe(steps=(Normalise(), Reshape(), Pca(n_components=30, whiten=whiten)))).fit(images)

    back = reconstruct(pipeline.learned[0], pipeline.transform(images))
    np.testing.assert_allclose(back, oracle.inverse_transform(oracle.transform(rows)), atol=1e-3)


@pytest.mark.parametrize("scale", ["unit", "signed"])
def test_standardised_pixels_come_back_whole(scale: str) -> None:
    images = load_sample().train.images[:300]
    recipe = Recipe(steps=(Normalise(scale=scale), Reshape(), Standardise()))
    pipeline = Pipeline(recipe).fit(images)
    left = picture_left(recipe, pipeline.learned, pipeline.transform(images[:1])[0])
    assert np.abs(left.astype(int) - images[0]).max() <= 1


def test_gradients_are_no_picture_and_nothing_learned_is_nothing_to_undo() -> None:
    images = load_sample().train.images[:300]
    pipeline = Pipeline(RECIPES["hog_pca"]).fit(images)
    assert picture_left(pipeline.recipe, pipeline.learned, pipeline.transform(images[:1])[0]) is None
    assert picture_left(RECIPES["raw"], (), np.zeros(784, np.float32)) is None
