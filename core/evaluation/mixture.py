"""How much each of several models should count in their common answer, learned from validation images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays import Float64Array

GAP = 1e-6
"""Nats of log loss by which the weights may miss the optimum."""
ROUNDS = 5000
LEAST_WEIGHT = 1e-3
"""Below this a member gets nothing, so that it need not be asked."""


def mixture_weights(labels: np.ndarray, probabilities: Sequence[np.ndarray]) -> Float64Array:
    """Find the weights, 0 or more with sum 1, whose blend has the least log loss on some labelled images.

    The loss is convex in the weights. Each round of expectation and maximisation lowers it (Dempster, Laird, Rubin
    1977, section 4.3, with fixed components); the largest of the members' mean shares, less 1, bounds what is still to
    be gained (the Frank-Wolfe gap), and ends the search.

    Parameters
    ----------
    labels : (n,) integers in 0..9
    probabilities : sequence of m arrays (n, 10)

    Returns
    -------
    (m,) float64; weights below a thousandth are made 0
    """
    truth = np.asarray(labels, np.int64)
    chosen = np.stack([np.asarray(rows, np.float64)[np.arange(len(truth)), truth] for rows in probabilities], axis=1)
    chosen = np.maximum(chosen, np.finfo(np.float32).eps)
    weights = np.full(chosen.shape[1], 1 / chosen.shape[1])
    for _ in range(ROUNDS):
        shares = (chosen / (chosen @ weights)[:, None]).mean(axis=0)
        if shares.max() - 1 < GAP:
            break
        weights = weights * shares
    weights = np.where(weights < LEAST_WEIGHT, 0.0, weights)
    return np.asarray(weights / weights.sum())
