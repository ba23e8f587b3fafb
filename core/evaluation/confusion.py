"""Ways to look at a confusion matrix, each as a tidy table of its 100 cells."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from core.arrays import BoolArray
from core.errors import ParameterError
from core.text import percent

View = Literal["errors", "counts", "rows", "columns", "log", "difference"]

VIEWS: dict[View, str] = {
    "errors": "Errors only",
    "counts": "Images",
    "rows": "Share of each true digit",
    "columns": "Share of each predicted digit",
    "log": "Images, on a logarithmic colour scale",
    "difference": "Images, minus the other model's",
}
"""What each view is called on the screen."""


def view(matrix: np.ndarray, kind: View = "errors", other: np.ndarray | None = None) -> pd.DataFrame:
    """Return one row a cell of the matrix, as a view shows it.

    Parameters
    ----------
    matrix : (10, 10) counts, rows are the truth
    kind : a key of `VIEWS`; `difference` needs `other`
    other : (10, 10) counts of another model on the same images

    Returns
    -------
    100 rows by true digit and then predicted digit: `true`, `predicted`, `images` (in the cell), `value` (what is
    coloured; NaN where the view shows nothing), `text` (what is written in the cell)

    Raises
    ------
    ParameterError
        If the view is unknown, or lacks the other model.
    """
    if kind not in get_args(View):
        raise ParameterError(f"`kind` must be one of {', '.join(get_args(View))}; got {kind}.")
    if kind == "difference" and other is None:
        raise ParameterError("The view `difference` needs the matrix of a second model; got one model.")
    counts = np.asarray(matrix, dtype=np.int64)
    values = _values(counts, kind, np.zeros_like(counts) if other is None else np.asarray(other))
    true, predicted = np.divmod(np.arange(counts.size), counts.shape[1])
    texts = [_text(value, count, kind) for value, count in zip(values.flat, counts.ravel().tolist(), strict=True)]
    columns = {"true": true, "predicted": predicted, "images": counts.ravel(), "value": values.ravel(), "text": texts}
    return pd.DataFrame(columns)


def _values(counts: np.ndarray, kind: View, other: np.ndarray) -> np.ndarray:
    values = counts.astype(np.float64)
    if kind == "errors":
        return np.where(np.eye(len(counts), dtype=bool), np.nan, values)
    if kind == "log":
        return np.log10(np.where(values > 0, values, np.nan))
    if kind == "difference":
        return np.asarray(values - other)
    if kind in ("rows", "columns"):
        totals = values.sum(axis=1 if kind == "rows" else 0, keepdims=True)
        return values / np.where(totals > 0, totals, np.nan)
    return values


def _text(value: float, count: int, kind: View) -> str:
    if np.isnan(value) or (count == 0 and kind != "difference") or value == 0:
        return ""
    if kind in ("rows", "columns"):
        return percent(value, 1)
    return f"{value:+,.0f}" if kind == "difference" else f"{count:,}"


def most_confused(matrix: np.ndarray, pairs: int = 5) -> pd.DataFrame:
    """Find the mistakes made most often: `true`, `predicted`, `images`, `share` (of the true digit's images, 0..1)."""
    counts = np.asarray(matrix, dtype=np.int64)
    table = view(counts, "errors").dropna(subset="value")
    table = table.assign(share=table["images"] / counts.sum(axis=1)[table["true"]])
    table = table[table["images"] > 0].sort_values("images", ascending=False, kind="stable", ignore_index=True)
    return table.head(pairs)[["true", "predicted", "images", "share"]]


def beyond_chance(matrix: np.ndarray, level: float = 0.05) -> BoolArray:
    """Find the confusions that are more frequent than chance spreads errors.

    Were errors spread without preference, a misread digit would go to each other digit in proportion to how often that
    digit is answered wrongly at all. A cell counts as beyond chance where at least as many errors would then be less
    likely than `level` divided by the number of cells (one-sided binomial test, Bonferroni's correction).

    Parameters
    ----------
    matrix : (10, 10) counts
        Rows are the truth.

    Returns
    -------
    (10, 10) bool
        False on the diagonal.
    """
    from scipy.special import bdtrc

    wrong = np.asarray(matrix, dtype=np.float64) * (1 - np.eye(len(matrix)))
    columns = np.tile(wrong.sum(axis=0), (len(wrong), 1)) * (1 - np.eye(len(wrong)))
    expected = columns / np.maximum(columns.sum(axis=1, keepdims=True), 1)
    errors = wrong.sum(axis=1, keepdims=True).astype(np.int64)
    chance = np.where(wrong > 0, bdtrc(np.maximum(wrong - 1, 0), errors, expected), 1.0)
    cells = wrong.size - len(wrong)
    return np.asarray((wrong > 0) & (chance < level / cells))
