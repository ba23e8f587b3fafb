"""Types of arrays with their dtype; shapes stand in the docstrings of the functions that take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

UInt8Array = npt.NDArray[np.uint8]
"""Images (n, 28, 28), 0 black to 255 ink, or labels (n,), 0 to 9."""

Float32Array = npt.NDArray[np.float32]
"""Features, scores and probabilities."""

Float64Array = npt.NDArray[np.float64]
"""Statistics, and measures of shape."""

BoolArray = npt.NDArray[np.bool_]
"""Masks."""

IntArray = npt.NDArray[np.integer[Any]]
"""Positions, counts and labels of any width."""

"""Real numbers of any width."""

AnyArray = npt.NDArray[Any]
"""An array whose dtype depends on what comes in."""
