"""From grey values to the numbers a model takes: normalise and reshape.

Imports nothing but numpy: its source is part of the script that ships beside every model.
"""

from __future__ import annotations

import numpy as np


def normalise(images: np.ndarray, scale: str = "unit") -> np.ndarray:
    """Turn grey values into float32 numbers near 1.

    Parameters
    ----------
    images : (n, h, w) uint8
    scale : str
        "unit" for 0 to 1, "signed" for -1 to 1, "each" for mean 0 and standard deviation 1 in each picture (a blank
        one is all 0).

    Returns
    -------
    (n, h, w) float32
    """
    if scale == "unit":
        return images.astype(np.float32) / np.float32(255)
    if scale == "signed":
        return images.astype(np.float32) / np.float32(127.5) - np.float32(1)
    pixels = images.shape[1] * images.shape[2]
    total = images.sum(axis=(1, 2), dtype=np.int64)
    squares = (images.astype(np.uint16) ** 2).sum(axis=(1, 2), dtype=np.int64)
    mean = total / pixels
    deviation = np.sqrt(np.maximum(squares * pixels - total**2, 0)) / pixels
    deviation[deviation == 0] = 1
    return np.asarray(((images - mean[:, None, None]) / deviation[:, None, None]).astype(np.float32))


def reshape(values: np.ndarray, form: str = "flat") -> np.ndarray:
    """Lay the numbers out as the model wants them: "flat" is (n, h * w), "image" is (n, h, w, 1)."""
    return values.reshape(len(values), -1) if form == "flat" else values[..., None]
