from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import InputError, ParameterError, RecipeError
from core.models.catalogue import CATALOGUE
from core.models.kind import Silent, TrainingData
from core.models.specification import Specification
from core.models.training_set import check_training_set
from core.preprocessing.experiments import Experiment
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.steps import Normalise, Pca, Reshape

LABELS = load_sample().train.labels
FEW = Recipe(steps=(Normalise(), Reshape(), Pca(n_components=60)))


@pytest.mark.parametrize("limit", [60, 10])
def test_more_components_than_images_are_refused(limit: int) -> None:
    with pytest.raises(RecipeError, match=f"PCA with 60 components needs at least 61 training images; got {limit}"):
        check_training_set(FEW, Experiment(limit=limit), LABELS)
    check_training_set(FEW, Experiment(limit=61), LABELS)


def test_folds_leave_fewer_images() -> None:
    with pytest.raises(RecipeError, match="needs at least 61 training images; got 56"):
        check_training_set(FEW, Experiment(limit=70), LABELS, share=0.8)


@pytest.mark.parametrize(
    ("experiment", "most"),
    [
        (Experiment(limit=4001), r"4,000, the training images there are; got 4,001"),
        (Experiment(limit=4000, left_out=(4, 9)), r"3,200, the training images without 4 and 9; got 4,000"),
    ],
)
def test_a_limit_above_the_images_names_how_many_there_are(experiment: Experiment, most: str) -> None:
    with pytest.raises(ParameterError, match=rf"`limit` must be between 10 and {most}"):
        check_training_set(RECIPES["raw"], experiment, LABELS)


def test_a_limit_that_no_data_has_names_that_of_mnist() -> None:
    with pytest.raises(
        ParameterError, match="`limit` must be between 10 and 55,000, the training images of MNIST; got"
    ):
        Experiment.limited(70_000)


def smallest(model: str, preset: str) -> Specification:
    """The training on the fewest images that is not refused."""
    for limit in range(10, 800):
        specification = Specification.from_preset(model, preset, experiment=Experiment(limit=limit))
        try:
            specification.check_training_set(LABELS)
        except InputError:
            continue
        return specification
    raise AssertionError("every limit is refused")


@pytest.mark.parametrize("model", [name for name in CATALOGUE if name != "cnn"])
def test_what_is_not_refused_can_be_fitted(model: str) -> None:
    data = load_sample()
    specification = smallest(model, "fast")
    images, labels = specification.experiment.apply(data.train.images, data.train.labels, seed=0)
    pipeline = Pipeline(specification.recipe).fit(images)
    validation = data.validation.images[:50]
    seen = TrainingData(
        train_features=pipeline.transform(images),
        train_labels=labels,
        validation_features=pipeline.transform(validation),
        validation_labels=data.validation.labels[:50],
        train_images=images,
        featurise=pipeline.transform,
    )
    kind = specification.kind
    native = kind.fit(seen, specification.checked_parameters(), seed=0, threads=1, monitor=Silent())
    assert np.isfinite(kind.scores(native, seen.validation_features)).all()
