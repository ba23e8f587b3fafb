"""How the shipped models read MNIST-C, beside Keras' example trained in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from core.benchmarks.keras_example import pixels, trained_keras_example
from core.benchmarks.models import full_mnist
from core.benchmarks.row import Row
from core.data.corruptions.catalogue import CORRUPTIONS, MNIST_C, corrupt
from core.evaluation.robustness import Predict, mean_corruption_error, robustness
from core.models.serving.predictor import Predictor
from core.models.serving.shipped import shipped

PEER = "Keras example"
PEER_EPOCHS = 9
"""About so many take it to 99.0 % (see the benchmark of the CNN)."""
QUICK_IMAGES = 500


def run(quick: bool, final: bool) -> list[Row]:
    """Report the mean error over the fifteen corruptions of MNIST-C, and each of them.

    On validation images, all corrupted with the same seed for every model; on the test images with `final`.
    """
    dataset = full_mnist()
    judge = dataset.evaluation_split("test" if final else "validation")
    picked = slice(None, None, len(judge) // QUICK_IMAGES if quick else 1)
    predictors: dict[str, Predict] = {
        card.name: Predictor.load(card.folder).predict_proba for card in shipped().values()
    }
    predictors[PEER] = _peer(trained_keras_example(dataset, 1 if quick else PEER_EPOCHS, seed=0))
    table = robustness(predictors, _mnist_c(judge.images[picked]), judge.labels[picked])
    return rows_of(table, "test" if final else "validation")


def _peer(model: Any) -> Predict:
    return lambda images: np.asarray(model.predict(pixels(images), batch_size=1000, verbose=0))


def _mnist_c(images: np.ndarray) -> Iterator[tuple[str, int, np.ndarray]]:
    return ((name, severity, corrupt(images, name, severity)) for name, severity in MNIST_C.items())


def rows_of(table: pd.DataFrame, split: str) -> list[Row]:
    """Return the mean of each of our models beside the peer's, then ours by corruption, most harmful first.

    Parameters
    ----------
    table : as `core.evaluation.robustness.robustness` makes it, with the peer among its models
    split : whose images they are
    """
    means = mean_corruption_error(table, MNIST_C)
    note = f"mean over the 15 corruptions of MNIST-C, {table['images'].iloc[0]:,} {split} images each"
    rows = [
        Row(f"{model}: mean corruption error", "share", [error], PEER, [means[PEER]], reach=1.0, note=note)
        for model, error in means.drop(PEER).items()
    ]
    return rows + [row for model in means.drop(PEER).index for row in _by_corruption(table, str(model))]


def _by_corruption(table: pd.DataFrame, model: str) -> list[Row]:
    errors = 1 - table.pivot_table(index="corruption", columns="model", values="accuracy")
    ordered = errors.sort_values(model, ascending=False)
    return [
        Row(f"{model}: {CORRUPTIONS[str(name)].title}", "share", [both[model]], PEER, [both[PEER]])
        for name, both in ordered.iterrows()
        if both[PEER] > 0
    ]
