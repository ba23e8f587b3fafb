"""A question for workers."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np


def doubled(number: int) -> dict[str, np.ndarray]:
    """Twice the number."""
    return {"doubled": np.array([2 * number])}


def held(path: str) -> dict[str, np.ndarray]:
    """The answer to a question that ends when somebody makes a file."""
    while not Path(path).exists():
        threading.Event().wait(0.05)
    return {"held": np.array([1])}
