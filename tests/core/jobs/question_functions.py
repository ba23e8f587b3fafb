"""A question for workers."""

from __future__ import annotations

import numpy as np


def doubled(number: int) -> dict[str, np.ndarray]:
    """Twice the number."""
    return {"doubled": np.array([2 * number])}
