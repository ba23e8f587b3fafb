"""How far a figure could be from the truth, given how many images it was measured on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from core.errors import ParameterError
from core.evaluation.metrics import macro_f1


@dataclass(frozen=True)
class Interval:
    """A measured value between the ends of its interval, all of one unit."""

    value: float
    low: float
    high: float


@lru_cache(maxsize=16)
def normal_quantile(confidence: float) -> float:
    """Return half-width of the two-sided normal interval in standard deviations: 1.96 for 0.95."""
    if not 0 < confidence < 1:
        raise ParameterError(f"`confidence` must be between 0 and 1; got {confidence}.")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson_interval(correct: int, total: int, confidence: float = 0.95) -> Interval:
    """Return interval of a share such as accuracy (Wilson 1927, "Probable inference", JASA 22).

    Parameters
    ----------
    correct, total : counts, 0 <= correct <= total and total at least 1
    confidence : 0..1

    Returns
    -------
    share and ends, each within 0..1
    """
    if not 0 <= correct <= total or total < 1:
        raise ParameterError(f"`correct` must be between 0 and `total` (at least 1); got {correct} of {total}.")
    z = normal_quantile(confidence)
    share = correct / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    return Interval(share, min(share, max(0.0, float(centre - reach))), max(share, min(1.0, float(centre + reach))))


def bootstrap_macro_f1(
    matrix: np.ndarray, *, resamples: int = 2000, confidence: float = 0.95, seed: int = 0
) -> Interval:
    """Return percentile bootstrap interval of macro F1 (Efron 1979).

    Drawing n images with replacement and counting them is one multinomial draw over the cells of the confusion matrix,
    so a resample costs 100 numbers, however many images there are.

    Parameters
    ----------
    matrix : (10, 10) counts, rows are the truth
    seed : the same seed gives the same interval
    """
    counts = np.asarray(matrix, dtype=np.int64)
    filled = np.flatnonzero(counts)
    shares = counts.ravel()[filled] / counts.sum()
    drawn = np.zeros((resamples, counts.size), dtype=np.int64)
    drawn[:, filled] = np.random.default_rng(seed).multinomial(counts.sum(), shares, size=resamples)
    scores = macro_f1(drawn.reshape(resamples, *counts.shape))
    low, high = np.quantile(scores, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(macro_f1(counts)), float(low), float(high))


def paired_difference(first_only: int, second_only: int, total: int, confidence: float = 0.95) -> Interval:
    """Return the interval of the difference of two accuracies on the same images (Agresti, Min 2005).

    Parameters
    ----------
    first_only, second_only : images that only the first, only the second of two models read rightly
    total : images judged

    Returns
    -------
    first's accuracy less second's, -1..1; the ends are the Wald interval with half an image added to each of the four
    counts.
    """
    gained, lost, images = first_only + 0.5, second_only + 0.5, total + 2
    centre = (gained - lost) / images
    reach = normal_quantile(confidence) * np.sqrt(gained + lost - (gained - lost) ** 2 / images) / images
    value = (first_only - second_only) / total
    return Interval(value, max(-1.0, float(centre - reach)), min(1.0, float(centre + reach)))
