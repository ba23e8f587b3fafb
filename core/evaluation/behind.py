"""The images behind a cell or a margin of the confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import ParameterError
from core.evaluation.calibration import losses

Order = Literal["confidence", "doubt", "loss", "position"]
"""Surest first, least sure first, largest loss first, or as in the data set."""

ORDERS: dict[Order, tuple[str, bool]] = {
    "confidence": ("probability", False),
    "doubt": ("probability", True),
    "loss": ("loss", False),
    "position": ("position", True),
}


@dataclass(frozen=True)
class Filters:
    """What to show of the images; the defaults show everything."""

    true: int | None = None  # only this true digit
    predicted: int | None = None  # only this predicted digit
    errors_only: bool = False
    digits: frozenset[int] = frozenset()  # only where the truth or the prediction is one of these
    confidence: tuple[float, float] = (0.0, 1.0)  # ends included
    agreement: Literal["any", "all", "some"] = "any"  # all other models read the same digit; some read another
    label_errors_only: bool = False


@dataclass(frozen=True)
class Context:
    """What is known of the same images from elsewhere."""

    others: Mapping[str, np.ndarray] = field(default_factory=dict)  # model name -> (n,) digits read
    label_error: np.ndarray | None = None  # (n,) bool


def images_behind(
    labels: np.ndarray,
    probabilities: np.ndarray,
    filters: Filters = Filters(),
    *,
    order: Order = "confidence",
    context: Context = Context(),
) -> pd.DataFrame:
    """Find the images that a cell, a margin and filters leave, in order.

    Parameters
    ----------
    labels : (n,) integers in 0..9
    probabilities : (n, 10)
    context : what other models read, and which labels are doubted

    Returns
    -------
    one row an image: `position` (in `labels`), `true`, `predicted`, `probability` (of the prediction, 0..1),
    `true_probability`, `loss` (nats), `label_error`, and one column `reads: NAME` for each other model
    """
    if order not in ORDERS:
        raise ParameterError(f"`order` must be one of {', '.join(ORDERS)}; got {order}.")
    table = _all(labels, probabilities, context.label_error)
    chosen = table[_passes(table, filters, context)]
    column, ascending = ORDERS[order]
    ordered = chosen.sort_values([column, "position"], ascending=[ascending, True], ignore_index=True)
    places = ordered["position"].to_numpy()  # of few images: a hundred models' answers to all would take megabytes
    reads = {f"reads: {name}": np.asarray(digits)[places].astype(np.int64) for name, digits in context.others.items()}
    return pd.concat([ordered, pd.DataFrame(reads)], axis=1)


def _all(labels: np.ndarray, probabilities: np.ndarray, label_error: np.ndarray | None) -> pd.DataFrame:
    rows, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    images = np.arange(len(true))
    doubted = np.zeros(len(true), dtype=bool) if label_error is None else label_error
    columns = {
        "position": images,
        "true": true,
        "predicted": rows.argmax(axis=1),
        "probability": rows.max(axis=1),
        "true_probability": rows[images, true],
        "loss": losses(true, rows),
        "label_error": doubted,
    }
    return pd.DataFrame(columns)


def _passes(table: pd.DataFrame, filters: Filters, context: Context) -> pd.Series:
    low, high = filters.confidence
    passes = table["probability"].between(low, high)
    if filters.true is not None:
        passes &= table["true"] == filters.true
    if filters.predicted is not None:
        passes &= table["predicted"] == filters.predicted
    if filters.errors_only:
        passes &= table["true"] != table["predicted"]
    if filters.digits:
        passes &= table[["true", "predicted"]].isin(filters.digits).any(axis=1)
    if filters.label_errors_only:
        passes &= table["label_error"]
    if filters.agreement != "any":
        predicted = table["predicted"].to_numpy()
        same = np.all([np.asarray(digits) == predicted for digits in context.others.values()], axis=0)
        passes &= same if filters.agreement == "all" else ~same
    return passes
