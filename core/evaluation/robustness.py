"""How accuracy holds up on images that were spoilt on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from core.evaluation.intervals import wilson_interval

COLUMNS = ["model", "corruption", "severity", "accuracy", "low", "high", "correct", "images"]

Predict = Callable[[np.ndarray], np.ndarray]
"""Images (n, 28, 28) uint8 to probabilities (n, 10)."""


def robustness(
    predictors: Mapping[str, Predict],
    spoilt: Iterable[tuple[str, int, np.ndarray]],
    labels: np.ndarray,
    report: Callable[[str, int], None] = lambda corruption, severity: None,
) -> pd.DataFrame:
    """Judge each model on each set of spoilt images; one set is in memory at a time.

    Parameters
    ----------
    predictors : model name -> function of images that gives probabilities
    spoilt : (corruption, severity, images (n, 28, 28) uint8); severity 0 for the images as they are
    labels : (n,) integers in 0..9
    report : told the corruption and severity that has just been judged

    Returns
    -------
    one row a model, corruption and severity: `model`, `corruption`, `severity`, `accuracy`, `low`, `high` (0..1, 95 %
    Wilson interval), `correct`, `images`
    """
    rows: list[tuple[object, ...]] = []
    for corruption, severity, images in spoilt:
        for model, predict in predictors.items():
            rows.append((model, corruption, severity, *_judge(predict(images), labels)))
        report(corruption, severity)
    return pd.DataFrame(rows, columns=COLUMNS)


def _judge(probabilities: np.ndarray, labels: np.ndarray) -> tuple[float, float, float, int, int]:
    correct = int((np.asarray(probabilities).argmax(axis=1) == np.asarray(labels)).sum())
    accuracy = wilson_interval(correct, len(labels))
    return accuracy.value, accuracy.low, accuracy.high, correct, len(labels)


def by_corruption(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean accuracy (0..1) over severities above 0: a row a model, a column a corruption, and `mean`."""
    spoilt = table[table["severity"] > 0]
    means = spoilt.pivot_table(index="model", columns="corruption", values="accuracy", aggfunc="mean", sort=False)
    return means.assign(mean=means.mean(axis=1))


def mean_corruption_error(table: pd.DataFrame, severities: Mapping[str, int]) -> pd.Series:
    """Return the mean error (0..1) of each model over corruptions, each at one severity, as in MNIST-C.

    Parameters
    ----------
    table : as `robustness` makes it
    severities : corruption -> severity that counts

    Returns
    -------
    Series by model, in the table's order, unnormalised: every corruption counts the same
    """
    counted = table[table["severity"] == table["corruption"].map(severities)]
    return 1 - counted.groupby("model", sort=False)["accuracy"].mean()
