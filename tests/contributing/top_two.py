"""Top two: how often the true digit is one of the two that a model holds most likely."""

from __future__ import annotations

import numpy as np


def top_two(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Share of the images, 0..1, of labels (n,) and probabilities (n, 10)."""
    return float((np.argsort(probabilities, axis=1)[:, -2:] == labels[:, None]).any(axis=1).mean())
