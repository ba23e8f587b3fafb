"""The functions behind the steps that learn nothing, by the kind of the step."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from core.arrays import UInt8Array
from core.preprocessing.base_step import BaseStep
from core.preprocessing.filters import blur, contrast_stretch, denoise, threshold
from core.preprocessing.hog import hog
from core.preprocessing.pictures import centre, deskew, resize
from core.preprocessing.steps import STEPS
from core.preprocessing.thickness import stroke_width
from core.preprocessing.values import normalise, reshape

FUNCTIONS: dict[str, Callable[..., np.ndarray]] = {
    function.__name__: function
    for function in (
        deskew, centre, resize, contrast_stretch, threshold, blur, denoise, stroke_width, normalise, hog, reshape
    )
} | {kind: step.function for kind, step in STEPS.items() if step.function}  # fmt: skip

BLOCK = 128
"""Pictures that go through all steps together: few enough that they stay in the processor's cache."""


def apply(step: BaseStep, values: np.ndarray) -> np.ndarray:
    """Take pictures or numbers (n, ...) through one fixed step."""
    return FUNCTIONS[step.kind](values, **step.settings())


def apply_all(steps: Sequence[BaseStep], images: UInt8Array) -> np.ndarray:
    """Take pictures (n, h, w) uint8 through all fixed steps, block by block and on all processors."""

    def features_of(start: int) -> np.ndarray:
        values: Any = images[start : start + BLOCK]
        for step in steps:
            values = apply(step, values)
        return np.ascontiguousarray(values)

    starts = range(0, len(images), BLOCK)
    if len(starts) < 4:
        return np.concatenate([features_of(start) for start in starts])
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        return np.concatenate(list(threads.map(features_of, starts)))
