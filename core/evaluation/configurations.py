"""Whether a configuration is better, not only one model: groups of runs that differ in nothing but the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import fmean, variance
from typing import Any

import numpy as np
import pandas as pd

from core.evaluation.comparison import SIGNIFICANCE, holm, in_words

RUN_QUESTION = "Would this trained model also be better on new images? McNemar's test on the same images answers this."
CONFIGURATION_QUESTION = (
    "Would this configuration be better again with other seeds? Several runs that differ only in the seed answer "
    "this (Welch's t-test)."
)


def compare_configurations(accuracies: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Compare every pair of configurations by the accuracies of their seeds (Welch 1947), Holm-corrected.

    Parameters
    ----------
    accuracies : configuration -> accuracy (0..1) of each run of it, on the same images

    Returns
    -------
    one row a pair: `first`, `second`, `first_runs`, `second_runs`, `first_mean`, `second_mean`, `difference`, `p`,
    `p_holm` (NaN where a configuration has one run), `better` (name, or ""), `sentence`
    """
    rows = [_pair(first, second, accuracies) for first, second in combinations(accuracies, 2)]
    columns = ["first", "second", "first_runs", "second_runs", "first_mean", "second_mean", "difference", "p"]
    table = pd.DataFrame(rows, columns=columns)
    asked = table["p"].notna().to_numpy(dtype=bool)
    corrected = np.full(len(table), np.nan)
    corrected[asked] = holm(table["p"].to_numpy(dtype=np.float64)[asked])
    table["p_holm"] = corrected
    verdicts = [_verdict(row) for row in table.to_dict("records")]
    return table.join(pd.DataFrame(verdicts, columns=["better", "sentence"], index=table.index))


def welch(first: Sequence[float], second: Sequence[float]) -> float:
    """Return two-sided p value of Welch's t-test; NaN with fewer than two values, 0 or 1 where neither group varies."""
    from scipy.special import stdtr

    if min(len(first), len(second)) < 2:
        return float("nan")
    errors = [variance(values) / len(values) for values in (first, second)]
    difference, spread = fmean(first) - fmean(second), sum(errors)
    if spread == 0:
        return float(difference == 0)
    freedom = spread**2 / (errors[0] ** 2 / (len(first) - 1) + errors[1] ** 2 / (len(second) - 1))
    return 2 * float(stdtr(freedom, -abs(difference) / spread**0.5))


def _pair(first: str, second: str, accuracies: Mapping[str, Sequence[float]]) -> tuple[object, ...]:
    one, other = list(accuracies[first]), list(accuracies[second])
    means = fmean(one), fmean(other)
    return first, second, len(one), len(other), *means, means[0] - means[1], welch(one, other)


def _verdict(row: Mapping[str, Any]) -> tuple[str, str]:
    sides = [(row[f"{side}_mean"], row[side], row[f"{side}_runs"]) for side in ("first", "second")]
    ahead, behind = sorted(sides, key=lambda side: -side[0])
    for _, name, runs in sides:
        if runs < 2:
            return "", f"One run of {name} is not enough to compare configurations; train it with 2 more seeds."
    figures = f"{_mean(ahead)} against {_mean(behind)}, {in_words(row['p_holm'])}"
    if row["p_holm"] < SIGNIFICANCE:
        return ahead[1], f"The configuration of {ahead[1]} is significantly better than that of {behind[1]}: {figures}."
    return "", f"No significant difference between the configurations of {ahead[1]} and {behind[1]}: {figures}."


def _mean(side: tuple[float, str, int]) -> str:
    return f"{100 * side[0]:.2f} % over {side[2]} seeds"
