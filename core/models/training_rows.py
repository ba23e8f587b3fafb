"""What every model asks of its training rows before it learns."""

from __future__ import annotations

import numpy as np

from core.arrays import IntArray
from core.errors import TrainingError
from core.models.kind import TrainingData

ABSENT = -30.0
"""Score of a class that no training row has: its probability is about 1e-13."""


def check_rows(data: TrainingData) -> IntArray:
    """Return the classes that the training rows have, ascending, (k,) int64; at least two.

    Raises
    ------
    TrainingError
        For rows that are not numbers, that are not flat, or that have fewer than two classes.
    """
    features = data.train_features
    if features.ndim != 2:
        raise TrainingError(
            f"This model takes rows of numbers, not arrays of shape {features.shape[1:]}; end the recipe with Reshape "
            "in its flat form."
        )
    if not np.isfinite(features).all():
        raise TrainingError("The training features hold values that are not numbers; check the recipe and the data.")
    classes = np.unique(data.train_labels).astype(np.int64)
    if len(classes) < 2:
        raise TrainingError(f"A classifier needs at least two digits to tell apart; got {len(classes)}.")
    return classes


def drawn_rows(count: int, most: int, seed: int) -> IntArray:
    """Return positions (k,) int64, ascending, of at most `most` of `count` training rows, drawn evenly by `seed`."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).permutation(count)[:most])
