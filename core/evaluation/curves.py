"""Precision against recall of each digit, over all thresholds."""

from __future__ import annotations

import numpy as np
import pandas as pd


def precision_recall(labels: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
    """Return how precision falls as a threshold on one digit's probability lets more images through.

    Parameters
    ----------
    labels : (n,) integers in 0..9
    probabilities : (n, 10)

    Returns
    -------
    `digit`, `threshold`, `precision`, `recall` (0..1), thresholds falling, a row wherever recall rises; digits that do
    not occur have no rows
    """
    present = np.unique(labels)
    curves = [_of_one_digit(np.asarray(labels) == digit, np.asarray(probabilities)[:, digit]) for digit in present]
    return pd.concat(
        [curve.assign(digit=digit) for digit, curve in zip(present.tolist(), curves, strict=True)], ignore_index=True
    )[["digit", "threshold", "precision", "recall"]]


def _of_one_digit(positive: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    order = np.argsort(-probability, kind="stable")
    found = np.cumsum(positive[order])
    last = np.flatnonzero(np.append(np.diff(probability[order]) != 0, True))  # equal probabilities pass together
    rises = last[np.diff(found[last], prepend=0) > 0]
    return pd.DataFrame(
        {
            "threshold": probability[order][rises],
            "precision": found[rises] / (rises + 1),
            "recall": found[rises] / positive.sum(),
        }
    )


def average_precision(curve: pd.DataFrame) -> pd.Series:
    """Return mean precision over recall, by digit (0..1), of a table made by `precision_recall`; no interpolation."""
    steps = curve.groupby("digit")["recall"].diff().fillna(curve["recall"])
    return (steps * curve["precision"]).groupby(curve["digit"]).sum().rename("average_precision")
