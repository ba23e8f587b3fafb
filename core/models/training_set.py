"""Whether a training set is large enough for what is asked of it, told before a run exists."""

from __future__ import annotations

import numpy as np

from core.arrays import UInt8Array
from core.errors import ParameterError, RecipeError
from core.preprocessing.experiments import FEWEST, Experiment, corrected
from core.preprocessing.recipe import Recipe
from core.preprocessing.steps import Pca


def check_training_set(recipe: Recipe, experiment: Experiment, labels: UInt8Array, *, share: float = 1.0) -> None:
    """Check the size of a training set against the limit and the recipe.

    Parameters
    ----------
    labels : (n,) uint8
        Of all training images at hand.
    share : float
        The smallest part of the training set that is fitted on, such as 0.8 with five folds.

    Raises
    ------
    ParameterError
        The limit is above the number of images, or the reviewed labels are of another training set.
    RecipeError
        A PCA keeps more components than the images have directions.
    """
    corrected(labels, experiment.corrections)
    available = int(np.count_nonzero(~np.isin(labels, experiment.left_out)))
    if experiment.limit is not None and experiment.limit > available:
        which = f"training images without {_digits(experiment)}" if experiment.left_out else "training images there are"
        raise ParameterError(
            f"`limit` must be between {FEWEST} and {available:,}, the {which}; got {experiment.limit:,}."
        )
    images = int(share * min(experiment.limit or available, available))
    for step in recipe.steps:
        if isinstance(step, Pca) and step.n_components >= images:
            raise RecipeError(
                f"PCA with {step.n_components} components needs at least {step.n_components + 1} training images; got "
                f"{images:,}. Train on more images, or choose a recipe or a preset with fewer components."
            )


def _digits(experiment: Experiment) -> str:
    *others, last = map(str, experiment.left_out)
    return f"{', '.join(others)} and {last}" if others else last
