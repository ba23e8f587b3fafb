"""Numbers as a small picture, for what is no longer an image: one bar a number, up or down from the middle."""

from __future__ import annotations

import numpy as np

from core.arrays import Float32Array, UInt8Array


def strip(values: Float32Array, side: int = 112) -> UInt8Array:
    """Draw numbers as bars from the left to the right.

    Parameters
    ----------
    values : (d,) float32
        Where there are more than fit, neighbours share a column, which shows the furthest of them from zero.
    side : int
        Width and height of the picture in pixels.

    Returns
    -------
    (side, side) uint8
        Bars of 255 on 0; bars start at the bottom where nothing is negative, else at the middle.
    """
    bars = _furthest(np.asarray(values, np.float64).ravel(), side)
    largest = np.abs(bars).max() or 1.0
    signed = bool((bars < 0).any())
    base, reach = (side // 2, side // 2 - 2) if signed else (side - 1, side - 3)
    tips = np.rint(base - bars / largest * reach).astype(int)
    rows = np.arange(side)[:, None]
    columns = np.linspace(0, len(bars), side, endpoint=False).astype(int)
    inside = (rows >= np.minimum(tips, base)[columns]) & (rows <= np.maximum(tips, base)[columns])
    return np.where(inside, 255, 0).astype(np.uint8)


def _furthest(values: np.ndarray, most: int) -> np.ndarray:
    parts = np.array_split(values, min(most, len(values)))
    return np.array([part[np.abs(part).argmax()] for part in parts])
