"""How long a step takes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from core.preprocessing import fixed
from core.preprocessing.base_step import BaseStep

SLOW_SECONDS = 0.02
"""A step that takes so long is not timed again, as somebody waits for it."""


def milliseconds(step: BaseStep, values: np.ndarray, repeats: int = 1) -> float:
    """Time a fixed step on one thread: milliseconds for 1,000 pictures, the best of the repeats (fewer if it is slow).

    Parameters
    ----------
    values : (n, h, w) uint8 or float32
        What the step takes in.
    """
    return 1e6 * best_seconds(lambda: fixed.apply(step, values), repeats, SLOW_SECONDS) / len(values)


def best_seconds(work: Callable[[], object], repeats: int = 1, enough: float = math.inf) -> float:
    """Return wall-clock seconds of the fastest of several calls; no further one is made after `enough` seconds."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < repeats and sum(seconds) < enough):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
