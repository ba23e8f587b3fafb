"""Two digits and how a model tells them apart: the border between them, and the images on either side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.arrays import Float32Array, UInt8Array
from core.explain.separating import log_odds


def side_table(labels: UInt8Array, probabilities: Float32Array, first: int, second: int) -> pd.DataFrame:
    """Return the images of two digits by their distance from the border, the nearest first.

    Parameters
    ----------
    labels : (n,) uint8
    probabilities : (n, 10) float32

    Returns
    -------
    one row an image of either digit: `position`, `true`, `log_odds` (of `second` against `first`, in nats), `share` (of
    `second` where only the two are possible, 0..1)
    """
    position = np.flatnonzero(np.isin(labels, (first, second)))
    odds = log_odds(probabilities[position], first, second)
    table = pd.DataFrame(
        {
            "position": position,
            "true": labels[position].astype(np.int64),
            "log_odds": odds,
            "share": 1 / (1 + np.exp(-odds)),
        }
    )
    return table.iloc[np.argsort(np.abs(odds), kind="stable")].reset_index(drop=True)


def clearest(table: pd.DataFrame, digit: int, second: int, count: int) -> pd.DataFrame:
    """Return the images of a digit that are furthest on its own side, of a table that `side_table` made."""
    own = table[table["true"] == digit]
    return own.sort_values("log_odds", ascending=digit != second, kind="stable").head(count)


def mixed_up(labels: UInt8Array, read: Mapping[str, np.ndarray], first: int, second: int) -> pd.DataFrame:
    """Return how often each model takes one digit for the other.

    Parameters
    ----------
    labels : (n,) uint8
    read : name of a model -> (n,) digits that it reads

    Returns
    -------
    one row a model: `model`, `first_images`, `first_as_second`, `second_images`, `second_as_first`
    """
    rows = [
        (
            name,
            int((labels == first).sum()),
            int(((labels == first) & (digits == second)).sum()),
            int((labels == second).sum()),
            int(((labels == second) & (digits == first)).sum()),
        )
        for name, digits in read.items()
    ]
    return pd.DataFrame(rows, columns=["model", "first_images", "first_as_second", "second_images", "second_as_first"])
