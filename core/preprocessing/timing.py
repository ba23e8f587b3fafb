"""How long a step takes."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from core.preprocessing import fixed
from core.preprocessing.steps import BaseStep


def milliseconds(step: BaseStep, values: np.ndarray, repeats: int = 1) -> float:
    """Time a fixed step on one thread: milliseconds for 1,000 pictures, the best of the repeats.

    Parameters
    ----------
    values : (n, h, w) uint8 or float32
        What the step takes in.
    """
    return 1e6 * best_seconds(lambda: fixed.apply(step, values), repeats) / len(values)


def best_seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Wall-clock seconds of the fastest of several calls."""
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
