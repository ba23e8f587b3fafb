from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import ParameterError
from core.models.probe import JUDGES, explained, probe
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.steps import Normalise, Pca, Reshape


def first(number: int) -> tuple[np.ndarray, np.ndarray]:
    train = load_sample().train
    return train.images[:number], train.labels[:number]


def test_neighbours_are_those_of_the_definition() -> None:
    """Three nearest by Euclidean distance, the majority; the lowest digit where all differ."""
    images, labels = first(300)
    judged = load_sample().validation.images[:40]
    rows, others = (part.reshape(len(part), -1) / 255 for part in (images, judged))
    nearest = ((others[:, None] - rows[None]) ** 2).sum(axis=2).argsort(axis=1)[:, :3]
    expected = [np.bincount(labels[three], minlength=10).argmax() for three in nearest]

    made = probe(RECIPES["raw"], "neighbours", images, labels, judged)
    assert made.predictions.tolist() == expected
    assert made.numbers == 784


@pytest.mark.parametrize("judge", JUDGES)
def test_a_small_model_reads_most_digits(judge: str) -> None:
    images, labels = first(1000)
    validation = load_sample().validation
    made = probe(RECIPES["deskewed"], judge, images, labels, validation.images)
    assert (made.predictions == validation.labels).mean() > 0.8


def test_the_share_kept_is_that_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    images, _ = first(400)
    recipe = Recipe(steps=(Normalise(), Reshape(), Pca(n_components=20)))
    oracle = PCA(20, svd_solver="full").fit(images.reshape(400, -1) / 255)
    assert explained(Pipeline(recipe).fit(images)) == pytest.approx(oracle.explained_variance_ratio_.sum(), rel=1e-4)


def test_without_pca_all_is_kept() -> None:
    assert explained(Pipeline(RECIPES["raw"])) == 1


def test_another_judge_is_refused_by_name() -> None:
    with pytest.raises(ParameterError, match=r"`judge` must be one of neighbours, linear; got oracle\."):
        probe(RECIPES["raw"], "oracle", *first(10), first(10)[0])
