"""Where models read the same image differently."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.arrays import Float64Array


def disagreements(labels: np.ndarray, predictions: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """List the images that the models do not all read as the same digit, those with the fewest right answers first.

    Parameters
    ----------
    labels : (n,) integers in 0..9
    predictions : model name -> (n,) integers in 0..9

    Returns
    -------
    one row an image: `position` (in `labels`), `true`, `right` (models that read it rightly), `answers` (different
    digits read), and one column a model with the digit it read
    """
    table = pd.DataFrame({name: np.asarray(read, dtype=np.int64) for name, read in predictions.items()})
    true = np.asarray(labels, dtype=np.int64)
    answers = table.nunique(axis=1).to_numpy()
    right = table.eq(true, axis=0).sum(axis=1).to_numpy()
    first = pd.DataFrame({"position": np.arange(len(true)), "true": true, "right": right, "answers": answers})
    both = pd.concat([first, table], axis=1)[answers > 1]
    return both.sort_values(["right", "answers", "position"], ascending=[True, False, True], ignore_index=True)


def agreement(predictions: Mapping[str, np.ndarray]) -> Float64Array:
    """Return share of the models that give each image its most frequent answer, (n,) float64.

    1 where all read the same.
    """
    read = np.stack([np.asarray(digits, dtype=np.int64) for digits in predictions.values()])
    votes = np.stack([(read == digit).sum(axis=0) for digit in range(10)])
    return np.asarray(votes.max(axis=0) / len(read))
