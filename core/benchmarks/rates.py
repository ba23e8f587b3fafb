"""Rows that count what was read rightly, with the interval in which the true share lies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.benchmarks.row import Row
from core.evaluation.intervals import wilson_interval

UNIT = "share read rightly"


def rate(
    what: str,
    right: Sequence[bool] | np.ndarray,
    *,
    peer: tuple[str, Sequence[bool] | np.ndarray] | None = None,
    reach: float | None = None,
    note: str = "",
    unit: str = UNIT,
) -> Row:
    """Return a share of n cases, beside a peer's share of the same cases in the note; `reach` is of our own share."""
    if peer is not None:
        note = f"{note}{peer[0]}: {100 * np.mean(peer[1]):.1f} %; "
    return Row(what, unit, [float(np.mean(right))], reach=reach, higher_is_better=True, note=note + counted(right))


def counted(right: Sequence[bool] | np.ndarray) -> str:
    """Return how many, and between which shares the truth lies: "2,430 of 2,498, 95 % interval 96.6 to 97.9 %"."""
    share = wilson_interval(int(np.sum(right)), len(right))
    return f"{int(np.sum(right)):,} of {len(right):,}, 95 % interval {100 * share.low:.1f} to {100 * share.high:.1f} %"
