"""Which of several models is better on the same images, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from core.arrays import Float64Array
from core.errors import ParameterError
from core.evaluation.intervals import bootstrap_macro_f1, paired_difference, wilson_interval
from core.evaluation.metrics import confusion_matrix

SIGNIFICANCE = 0.05
POWER = 0.8


def mcnemar(first_only: int, second_only: int) -> float:
    """Return the two-sided p value of McNemar's exact test (McNemar 1947; not mid-p, not chi-squared).

    Parameters
    ----------
    first_only, second_only : images that only the one, only the other model read rightly

    Returns
    -------
    0..1; 1 where the models were never right on different images
    """
    from scipy.special import bdtr

    differing = first_only + second_only
    if differing == 0:
        return 1.0
    return min(1.0, 2 * float(bdtr(float(min(first_only, second_only)), differing, 0.5)))


def holm(p_values: Sequence[float] | np.ndarray) -> Float64Array:
    """Correct p values for having asked several questions at once (Holm 1979, Scandinavian Journal of Statistics 6).

    Returns
    -------
    (k,) float64 in 0..1, in the order given; reject where it is below the significance level
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate((p * questions_left(p))[order])
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def questions_left(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return the divisors of the significance level in Holm's procedure: 1 for the largest p value, k for the least."""
    left = np.empty(len(p_values), np.int64)
    left[np.argsort(p_values, kind="stable")] = np.arange(len(p_values), 0, -1)
    return left


def images_needed(
    first_only: int, second_only: int, total: int, *, significance: float = SIGNIFICANCE, power: float = POWER
) -> float:
    """Return how many test images would make the difference significant, if the shares stayed the same.

    Source: Connor 1987, "Sample size for testing differences in proportions for the paired-sample design",
    Biometrics 43, 207-211.

    Returns
    -------
    images; infinite where there is no difference
    """
    differing, difference = (first_only + second_only) / total, abs(first_only - second_only) / total
    if difference == 0:
        return float("inf")
    quantile = NormalDist().inv_cdf
    reach = quantile(1 - significance / 2) * differing**0.5 + quantile(power) * (differing - difference**2) ** 0.5
    return float(np.ceil(reach**2 / difference**2))


def compare(labels: np.ndarray, predictions: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Judge every pair of models on the same images with McNemar's test, Holm-corrected.

    Parameters
    ----------
    labels : (n,) integers in 0..9
    predictions : model name -> (n,) integers in 0..9, in the order of `labels`

    Returns
    -------
    one row a pair: `first`, `second`, `first_only`, `second_only` (images only one of them read rightly), `difference`,
    `low`, `high` (of accuracy, first less second, 95 % interval), `p`, `p_holm`, `better` (name, or "" where nothing is
    proven), `images_needed` (at the pair's own level in Holm's procedure; NaN where it is proven, infinite where they
    are level), `sentence`. No row for one model.
    """
    right = _right(labels, predictions)
    pairs = [_pair(first, second, right[first], right[second]) for first, second in combinations(right, 2)]
    table = pd.DataFrame(
        pairs, columns=["first", "second", "first_only", "second_only", "difference", "low", "high", "p"]
    )
    p = table["p"].to_numpy(dtype=np.float64)
    table["p_holm"] = holm(p)
    levels = SIGNIFICANCE / questions_left(p)
    verdicts = [_verdict(row, len(labels), level) for row, level in zip(table.to_dict("records"), levels, strict=True)]
    return table.join(pd.DataFrame(verdicts, columns=["better", "images_needed", "sentence"], index=table.index))


def _right(labels: np.ndarray, predictions: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    for name, predicted in predictions.items():
        if len(predicted) != len(labels):
            raise ParameterError(
                f"`predictions` of {name} must have one value per image ({len(labels):,}); got {len(predicted):,}."
            )
    return {name: np.asarray(predicted) == np.asarray(labels) for name, predicted in predictions.items()}


def _pair(first: str, second: str, first_right: np.ndarray, second_right: np.ndarray) -> tuple[object, ...]:
    first_only, second_only = int((first_right & ~second_right).sum()), int((second_right & ~first_right).sum())
    difference = paired_difference(first_only, second_only, len(first_right))
    p = mcnemar(first_only, second_only)
    return first, second, first_only, second_only, difference.value, difference.low, difference.high, p


def _verdict(row: Mapping[str, Any], total: int, level: float) -> tuple[str, float, str]:
    first_ahead = row["first_only"] >= row["second_only"]
    names = (row["first"], row["second"]) if first_ahead else (row["second"], row["first"])
    more, fewer = max(row["first_only"], row["second_only"]), min(row["first_only"], row["second_only"])
    p = in_words(row["p_holm"])
    if row["p_holm"] < SIGNIFICANCE:
        return (
            names[0],
            float("nan"),
            f"{names[0]} is significantly better than {names[1]}: {more:,} digits against {fewer:,}, {p}.",
        )
    if more == 0:
        return "", float("inf"), f"{names[0]} and {names[1]} are correct and incorrect on the same images."
    if more == fewer:
        return (
            "",
            float("inf"),
            f"{names[0]} and {names[1]} are equal: each is correct on {_digits(more)}.",
        )
    needed = images_needed(more, fewer, total, significance=level)
    start = f"No significant difference between {names[0]} and {names[1]}: {more:,} digits against {fewer:,}, {p}."
    return (
        "",
        needed,
        f"{start} About {rounded(needed)} test images would be needed for such a difference to be significant.",
    )


def _digits(count: int) -> str:
    return "1 digit that the other misses" if count == 1 else f"{count:,} digits that the other misses"


def in_words(p: float) -> str:
    """Write a p value as people read it: `p < 0.001`, `p = 0.012`, `p = 0.43`."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def rounded(count: float) -> str:
    """Write a count with two figures and thousands apart: 12345 -> `12,000`."""
    return f"{float(f'{count:.1e}'):,.0f}"


def leaderboard(labels: np.ndarray, predictions: Mapping[str, np.ndarray], *, seed: int = 0) -> pd.DataFrame:
    """Return every model's accuracy (Wilson) and macro F1 (bootstrap), best first, each with its 95 % interval.

    Returns
    -------
    one row a model: `name`, `accuracy`, `low`, `high`, `f1_macro`, `f1_low`, `f1_high` (0..1), `correct`, `images`
    """
    rows = [_standing(name, confusion_matrix(labels, predicted), seed) for name, predicted in predictions.items()]
    columns = ["name", "accuracy", "low", "high", "f1_macro", "f1_low", "f1_high", "correct", "images"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("accuracy", ascending=False, kind="stable", ignore_index=True)


def _standing(name: str, matrix: np.ndarray, seed: int) -> tuple[object, ...]:
    correct, images = int(np.trace(matrix)), int(matrix.sum())
    accuracy, f1 = wilson_interval(correct, images), bootstrap_macro_f1(matrix, seed=seed)
    return name, accuracy.value, accuracy.low, accuracy.high, f1.value, f1.low, f1.high, correct, images


def against_baseline(labels: np.ndarray, predictions: Mapping[str, np.ndarray], baseline: str) -> pd.DataFrame:
    """Return how much better or worse each model is than one of them, and on which digits.

    Returns
    -------
    eleven rows a model other than `baseline`: `name`, `digit` (0..9 as text, or `all`), `difference`, `low`, `high` (of
    the share read rightly, -1..1, 95 % interval), `gained`, `lost` (images only the model, only the baseline reads
    rightly), `images`
    """
    if baseline not in predictions:
        raise ParameterError(f"`baseline` must be one of {', '.join(predictions)}; got {baseline}.")
    right, labels = _right(labels, predictions), np.asarray(labels)
    groups = [("all", np.ones(len(labels), dtype=bool))] + [(str(digit), labels == digit) for digit in range(10)]
    rows = [
        (name, digit, *_difference(right[name][chosen], right[baseline][chosen]))
        for name in predictions
        if name != baseline
        for digit, chosen in groups
        if chosen.any()
    ]
    return pd.DataFrame(rows, columns=["name", "digit", "difference", "low", "high", "gained", "lost", "images"])


def _difference(model: np.ndarray, baseline: np.ndarray) -> tuple[float, float, float, int, int, int]:
    gained, lost = int((model & ~baseline).sum()), int((baseline & ~model).sum())
    interval = paired_difference(gained, lost, len(model))
    return interval.value, interval.low, interval.high, gained, lost, len(model)
