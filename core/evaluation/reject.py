"""Answer only when sure enough: what is still answered, what still goes wrong, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import ParameterError


@dataclass(frozen=True)
class Refusal:
    """What a threshold does to a set of images; made by `refuse`."""

    threshold: float  # answered where the largest probability is at least this
    answered: int
    wrong: int  # of those answered
    refused: np.ndarray  # (k,) int64 positions, least sure first
    still_wrong: np.ndarray  # (wrong,) int64 positions answered wrongly, surest first
    refused_right: int  # of the refused, those that would have been right

    @property
    def total(self) -> int:
        """Images in all."""
        return self.answered + len(self.refused)

    @property
    def coverage(self) -> float:
        """Share of the images that is answered, 0..1."""
        return self.answered / self.total

    @property
    def error(self) -> float:
        """Share of the answers that is wrong, 0..1; 0 where nothing is answered."""
        return self.wrong / self.answered if self.answered else 0.0


def reject_curve(labels: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
    """Return what every threshold would answer, from answering all to answering only the surest.

    Parameters
    ----------
    labels : (n,) integers in 0..9
    probabilities : (n, 10)

    Returns
    -------
    one row a threshold (each confidence that occurs), rising: `threshold`, `coverage`, `error` (0..1), `answered`,
    `wrong` (images)
    """
    sure = np.asarray(probabilities, dtype=np.float64).max(axis=1)
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum(np.asarray(probabilities).argmax(axis=1)[order] != np.asarray(labels)[order])
    last = np.flatnonzero(np.append(np.diff(sure[order]) != 0, True))[::-1]
    answered = last + 1
    return pd.DataFrame(
        {
            "threshold": sure[order][last],
            "coverage": answered / len(sure),
            "error": wrong[last] / answered,
            "answered": answered,
            "wrong": wrong[last],
        }
    )


def choose_threshold(labels: np.ndarray, probabilities: np.ndarray, target_error: float) -> float | None:
    """Find the lowest threshold whose remaining error is at most the target; call it with validation images.

    Parameters
    ----------
    target_error : share of the answers that may be wrong, 0..1

    Returns
    -------
    the threshold, 0..1, or None where not even the surest answers are that good
    """
    if not 0 <= target_error <= 1:
        raise ParameterError(f"`target_error` must be between 0 and 1; got {target_error}.")
    curve = reject_curve(labels, probabilities)
    good = curve.loc[curve["error"] <= target_error, "threshold"]
    return float(good.iloc[0]) if len(good) else None


def refuse(labels: np.ndarray, probabilities: np.ndarray, threshold: float) -> Refusal:
    """Apply a threshold to images, best to others than those it was chosen on."""
    rows = np.asarray(probabilities, dtype=np.float64)
    sure, right = rows.max(axis=1), rows.argmax(axis=1) == np.asarray(labels)
    order = np.argsort(sure, kind="stable")
    refused, answered = order[sure[order] < threshold], order[sure[order] >= threshold]
    still_wrong = answered[~right[answered]][::-1]
    return Refusal(threshold, len(answered), len(still_wrong), refused, still_wrong, int(right[refused].sum()))
