"""Groups of strokes that are one digit in parts, joined: an open 4, an 8 of two circles, a 5 whose bar is far away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.reading.judge import Judge
from core.reading.strokes import Stroke, bounds, render

NEAR = 0.2
"""Heights of the whole by which the parts of one digit lie apart, at most."""

PER_DIGIT = 0.2
"""What a further digit costs: two that read as well as one are one.

Both were chosen on the 20 writers of `pen_strokes` that are not reported, and on pairs of their drawings.
"""

MOST_PARTS = 4
"""Parts of one digit, which bounds the work on a canvas full of strokes."""

Digit = list[Stroke]


def joined(digits: Sequence[Digit], judge: Judge) -> list[Digit]:
    """Join neighbours that read better as one digit, those that gain most first.

    Parameters
    ----------
    digits : sequence of list of Stroke
    judge : callable
        From pictures (n, 28, 28) uint8 to how well digits explain them.
    """
    found = list(digits)
    cost: dict[tuple[int, ...], float] = {}
    members: list[tuple[int, ...]] = [(number,) for number in range(len(digits))]
    while candidates := [(i, j) for i, j in _neighbours(found) if len(members[i]) + len(members[j]) <= MOST_PARTS]:
        unions = {members[i] + members[j]: found[i] + found[j] for i, j in candidates}
        singles = dict(zip(members, found, strict=True))
        fresh = {name: digit for name, digit in (singles | unions).items() if name not in cost}
        if fresh:
            costs = judge(np.stack([render(digit) for digit in fresh.values()])).cost
            cost.update(zip(fresh, costs.tolist(), strict=True))
        gains = [cost[members[i]] + cost[members[j]] - cost[members[i] + members[j]] for i, j in candidates]
        best = int(np.argmax(gains))
        if gains[best] + PER_DIGIT <= 0:
            break
        i, j = candidates[best]
        found[i], members[i] = found[i] + found[j], members[i] + members[j]
        del found[j], members[j]
    return found


def _neighbours(digits: Sequence[Digit]) -> list[tuple[int, int]]:
    """Return pairs that lie near each other."""
    boxes = np.array([bounds(digit) for digit in digits])
    low, high = np.minimum(boxes[:, None], boxes[None]), np.maximum(boxes[:, None], boxes[None])
    near = (high[..., :2] - low[..., 2:]).max(axis=2) <= NEAR * (high[..., 3] - low[..., 1])
    return [(i, j) for i, j in np.argwhere(np.triu(near, 1)).tolist()]
