"""How well a model did on images whose labels are known: the counts, and every figure that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core.arrays import Float64Array, IntArray
from core.errors import ParameterError
from core.evaluation.calibration import brier_score, expected_calibration_error, log_loss

CLASSES = 10

FIGURES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "log_loss": log_loss,
    "ece": expected_calibration_error,
    "brier": brier_score,
}
"""Figures of labels (n,) and probabilities (n, 10), by the name under which runs keep them. A new one is a function and
a line here."""


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray) -> IntArray:
    """Count how often each digit was read as each digit.

    Parameters
    ----------
    labels, predictions : (n,) integers in 0..9

    Returns
    -------
    (10, 10) int64, a row for each true digit, a column for each predicted one.
    """
    cells = np.asarray(labels, dtype=np.int64) * CLASSES + np.asarray(predictions, dtype=np.int64)
    return np.bincount(cells, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return `part / whole`, and 0 where there is nothing to divide by (as scikit-learn's `zero_division=0`)."""
    return np.asarray(np.divide(part, whole, out=np.zeros(np.shape(part), dtype=np.float64), where=whole != 0))


def precision_recall_f1(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return precision, recall and F1 of each class; 0 where a class was never predicted or never occurs.

    Parameters
    ----------
    matrix : (..., 10, 10) counts, rows are the truth

    Returns
    -------
    three arrays (..., 10) float64 in 0..1
    """
    right = np.diagonal(matrix, axis1=-2, axis2=-1).astype(np.float64)
    predicted, true = matrix.sum(axis=-2), matrix.sum(axis=-1)
    return _ratio(right, predicted), _ratio(right, true), _ratio(2 * right, (predicted + true).astype(np.float64))


def macro_f1(matrix: np.ndarray) -> Float64Array:
    """Return mean F1 of the classes that occur or were predicted, as scikit-learn's `f1_score(average="macro")`.

    Parameters
    ----------
    matrix : (..., 10, 10) counts

    Returns
    -------
    (...) float64 in 0..1
    """
    return _present_mean(precision_recall_f1(matrix)[2], matrix)


def _present_mean(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return mean over the classes that are in the truth or among the predictions."""
    present = (matrix.sum(axis=-2) + matrix.sum(axis=-1)) > 0
    return np.asarray((values * present).sum(axis=-1) / np.maximum(present.sum(axis=-1), 1))


@dataclass(frozen=True)
class Evaluation:
    """What a model's probabilities are worth on labelled images; made by `evaluate`."""

    confusion_matrix: np.ndarray  # (10, 10) int64, rows are the truth
    figures: Mapping[str, float]  # those of `FIGURES`, by name

    @property
    def log_loss(self) -> float:
        """Nats per image."""
        return self.figures["log_loss"]

    @property
    def ece(self) -> float:
        """Expected calibration error, 0..1."""
        return self.figures["ece"]

    @property
    def brier(self) -> float:
        """Brier score, 0 (certain and right) to 2 (certain and wrong)."""
        return self.figures["brier"]

    @property
    def total(self) -> int:
        """How many images were judged."""
        return int(self.confusion_matrix.sum())

    @property
    def correct(self) -> int:
        """How many of them were read rightly."""
        return int(np.trace(self.confusion_matrix))

    @property
    def accuracy(self) -> float:
        """Share of the images read rightly, 0..1."""
        return self.correct / self.total

    @property
    def support(self) -> np.ndarray:
        """Images of each digit, (10,) int64."""
        return np.asarray(self.confusion_matrix.sum(axis=1))

    @cached_property
    def _scores(self) -> dict[str, np.ndarray]:
        return dict(zip(("precision", "recall", "f1"), precision_recall_f1(self.confusion_matrix), strict=True))

    @property
    def precision(self) -> np.ndarray:
        """Of the images read as this digit, the share that are; (10,) in 0..1."""
        return self._scores["precision"]

    @property
    def recall(self) -> np.ndarray:
        """Of the images of this digit, the share read as it; (10,) in 0..1."""
        return self._scores["recall"]

    @property
    def f1(self) -> np.ndarray:
        """Harmonic mean of precision and recall; (10,) in 0..1."""
        return self._scores["f1"]

    def metrics(self) -> dict[str, float]:
        """Return all single figures by name: `accuracy`, `precision_macro`, ..., `log_loss`, `ece`, `brier`."""
        shares = self.support / self.total
        macro = {f"{name}_macro": float(_present_mean(v, self.confusion_matrix)) for name, v in self._scores.items()}
        weighted = {f"{name}_weighted": float(shares @ values) for name, values in self._scores.items()}
        return {"accuracy": self.accuracy} | macro | weighted | dict(self.figures)

    def per_class(self) -> pd.DataFrame:
        """Return one row a digit: `digit`, `precision`, `recall`, `f1` (0..1), `support` (images)."""
        return pd.DataFrame({"digit": range(CLASSES)} | self._scores | {"support": self.support})

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON: the metrics, `per_class` (list of rows) and `confusion_matrix` (lists)."""
        rows = [
            {"digit": digit} | {name: float(v[digit]) for name, v in self._scores.items()} | {"support": int(count)}
            for digit, count in enumerate(self.support)
        ]
        return self.metrics() | {"per_class": rows, "confusion_matrix": self.confusion_matrix.tolist()}


def evaluate(labels: np.ndarray, probabilities: np.ndarray) -> Evaluation:
    """Judge predictions; the predicted digit is the argmax of its row.

    Parameters
    ----------
    labels : (n,) integers in 0..9, n at least 1
    probabilities : (n, 10) floats in 0..1, rows sum to 1

    Raises
    ------
    ParameterError
        If there is nothing to judge, or the two do not belong together.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    check_judged(labels, probabilities)
    return Evaluation(
        confusion_matrix(labels, probabilities.argmax(axis=1)),
        {name: float(figure(labels, probabilities)) for name, figure in FIGURES.items()},
    )


def check_judged(labels: np.ndarray, probabilities: np.ndarray) -> None:
    """Raise `ParameterError` unless there are n >= 1 labels in 0..9 and n rows of ten finite probabilities."""
    if probabilities.shape != (len(labels), CLASSES):
        shape = tuple(probabilities.shape)
        raise ParameterError(f"`probabilities` must have the shape ({len(labels)}, {CLASSES}); got {shape}.")
    if len(labels) == 0:
        raise ParameterError("`labels` must hold at least 1 label; got 0.")
    if labels.min() < 0 or labels.max() >= CLASSES:
        raise ParameterError(f"`labels` must be between 0 and 9; got {labels.min()} to {labels.max()}.")
    if not np.isfinite(probabilities).all():
        raise ParameterError("`probabilities` must be finite numbers; got some that are not.")
