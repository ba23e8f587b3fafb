"""Whether a probability means what it says, and the one temperature that mends it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from core.arrays import Float64Array

TEMPERATURES = (0.01, 100.0)
"""What `fit_temperature` searches; at an end of it the scores decide nothing more."""

SMALLEST = float(np.finfo(np.float64).eps)
GOLDEN = (5**0.5 - 1) / 2


def softmax(scores: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Turn scores into probabilities: `exp(score / temperature)`, each row divided by its sum.

    Parameters
    ----------
    scores : (..., k) floats, any range
    temperature : above 0; more than 1 makes a model less sure, less than 1 surer

    Returns
    -------
    (..., k) of the same float type, rows sum to 1
    """
    scaled = np.asarray(scores) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def log_loss(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Return mean of -log(probability of the true digit), in nats; what `losses` tells of each image."""
    return float(losses(labels, probabilities).mean())


def losses(labels: np.ndarray, probabilities: np.ndarray) -> Float64Array:
    """Return -log(probability of the true digit) of each image, (n,) float64, in nats; rows are scaled to sum to 1.

    No probability counts as nearer to 0 or 1 than the smallest step of float64, as in scikit-learn's `log_loss`
    of the same numbers as float64.
    """
    return np.asarray(-np.log(np.clip(_of_the_truth(labels, probabilities), SMALLEST, 1 - SMALLEST)))


def _of_the_truth(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    rows = np.asarray(probabilities, dtype=np.float64)
    chosen = rows[np.arange(len(rows)), np.asarray(labels, dtype=np.int64)]
    return np.asarray(chosen / rows.sum(axis=1))


def brier_score(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the mean squared distance between the ten probabilities and the truth, 0..2 (Brier 1950)."""
    rows = np.asarray(probabilities, dtype=np.float64)
    of_the_truth = rows[np.arange(len(rows)), np.asarray(labels, dtype=np.int64)]
    return float(((rows**2).sum(axis=1) - 2 * of_the_truth + 1).mean())


def fit_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """Find the one temperature with the least log loss (Guo, Pleiss, Sun, Weinberger 2017, "On Calibration").

    The loss is convex in 1 / temperature, so a golden-section search over its logarithm finds the only minimum. Where
    every answer is right the loss falls for ever as the temperature does; then the mean probability of the answers is
    made 1 - 1 / (n + 2) instead (Laplace's rule of succession), so that the model does not become certain.

    Parameters
    ----------
    scores : (n, 10) floats, logits
    labels : (n,) integers in 0..9

    Returns
    -------
    the temperature, within `TEMPERATURES`
    """
    scores, labels = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    if (scores.argmax(axis=1) == labels).all():
        return _temperature_of_mean_confidence(scores, 1 - 1 / (len(labels) + 2))
    rows = scores - scores.max(axis=1, keepdims=True)
    chosen = rows[np.arange(len(rows)), labels]
    return _minimise(lambda t: float(np.mean(np.log(np.exp(rows / t).sum(axis=1)) - chosen / t)))


def _temperature_of_mean_confidence(scores: np.ndarray, confidence: float) -> float:
    """Bisect for the temperature at which the mean of the largest probabilities is `confidence`."""
    low, high = np.log(TEMPERATURES)
    for _ in range(40):
        middle = (low + high) / 2
        sure = softmax(scores, float(np.exp(middle))).max(axis=1).mean()
        low, high = (middle, high) if sure > confidence else (low, middle)
    return float(np.exp((low + high) / 2))


def _minimise(loss: Callable[[float], float]) -> float:
    """Return golden-section search of `loss(temperature)` over the logarithm of `TEMPERATURES`."""
    low, high = np.log(TEMPERATURES)
    for _ in range(60):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, right) if loss(float(np.exp(left))) < loss(float(np.exp(right))) else (left, high)
    return float(np.exp((low + high) / 2))


def reliability(labels: np.ndarray, probabilities: np.ndarray, bins: int = 15) -> pd.DataFrame:
    """Sort the answers by how sure they are, and compare with how often they are right.

    Parameters
    ----------
    labels : (n,) integers in 0..9
    probabilities : (n, 10)
    bins : how many equal ranges of 0..1; 15 as in Guo et al. 2017

    Returns
    -------
    one row a bin: `low`, `high` (the bin holds low < confidence <= high), `confidence` (mean, 0..1), `accuracy` (0..1),
    `images`; empty bins have 0 images and NaN.
    """
    rows = np.asarray(probabilities, dtype=np.float64)
    sure, right = rows.max(axis=1), rows.argmax(axis=1) == np.asarray(labels)
    which = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)
    images = np.bincount(which, minlength=bins)
    divisor = np.where(images > 0, images, np.nan)
    edges = np.linspace(0, 1, bins + 1)
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "confidence": np.bincount(which, sure, minlength=bins) / divisor,
            "accuracy": np.bincount(which, right, minlength=bins) / divisor,
            "images": images,
        }
    )


def expected_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = 15) -> float:
    """Return mean distance between confidence and accuracy over `reliability`'s bins, each counted by its images; 0..1.

    Source: Naeini, Cooper, Hauskrecht 2015; bins as Guo et al. 2017.
    """
    table = reliability(labels, probabilities, bins)
    gaps = (table["accuracy"] - table["confidence"]).abs().fillna(0)
    return float((gaps * table["images"]).sum() / table["images"].sum())
