"""How wide the pen was: measure it, or draw every digit again with strokes of one width.

Imports nothing but numpy and OpenCV: its source is part of the script that ships beside every model.
"""

from __future__ import annotations

import cv2
import numpy as np

FINE = 2
"""Pictures are thinned at this many times their size, so that the new strokes are smooth."""

AROUND = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)
"""A number for each of the eight neighbours of a pixel, clockwise from the one above; their sum tells which are ink."""


def stroke_width(images: np.ndarray, width: float = 3.0) -> np.ndarray:
    """Thin each digit to its middle line, then draw the line `width` pixels wide.

    Thinning after Zhang and Suen, "A fast parallel algorithm for thinning digital patterns" (1984); the width by the
    distance to the line (Felzenszwalb and Huttenlocher, "Distance transforms of sampled functions", 2012).

    Parameters
    ----------
    images : (n, h, w) uint8
    width : float
        Width of the pen in pixels, 1 to 6.

    Returns
    -------
    (n, h, w) uint8
    """
    height, wide = images.shape[1:]
    changed = images.copy()
    for position, image in enumerate(images):
        large = cv2.resize(image, None, fx=FINE, fy=FINE, interpolation=cv2.INTER_LINEAR)
        line = thin((large > 127).astype(np.uint8))
        if not line.any():
            continue
        distance = cv2.distanceTransform(1 - line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        pen = np.clip((width * FINE / 2 - distance + 0.5) * 255, 0, 255).astype(np.uint8)
        changed[position] = cv2.resize(pen, (wide, height), interpolation=cv2.INTER_AREA)
    return changed


def stroke_widths(images: np.ndarray) -> np.ndarray:
    """Measure the mean stroke width in pixels of pictures (n, h, w) uint8, (n,) float64; 0 for blank ones.

    A long stroke has an area of length times width and a perimeter of twice its length. The perimeter of a grey picture
    is its total variation (coarea formula, Federer 1959), with central differences.
    """
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2))).astype(np.float32)
    across = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) / 2
    down = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) / 2
    perimeter = np.sqrt(across**2 + down**2).sum(axis=(1, 2), dtype=np.float64)
    area = images.sum(axis=(1, 2), dtype=np.float64)
    return np.asarray(2 * area / np.maximum(perimeter, 1))


def thin(shape: np.ndarray) -> np.ndarray:
    """Peel pixels off a shape (h, w) uint8, 0 or 1, until lines one pixel wide are left; (h, w) uint8, 0 or 1."""
    while True:
        peeled = shape
        for kept in KEPT:
            around = cv2.filter2D(peeled, -1, AROUND, borderType=cv2.BORDER_CONSTANT)
            peeled = peeled & cv2.LUT(around, kept)
        if np.array_equal(peeled, shape):
            return shape
        shape = peeled


def _kept(south_east: bool) -> np.ndarray:
    """Return whether a pixel stays in a half step of Zhang and Suen, (256,) uint8 by its neighbours' sum."""
    ink = (np.arange(256)[:, None] >> np.arange(8)) & 1 == 1  # (256, 8)
    entries = (~ink & np.roll(ink, -1, axis=1)).sum(axis=1)
    north, east, south, west = ink[:, 0], ink[:, 2], ink[:, 4], ink[:, 6]
    inside = east & south & (north | west) if south_east else north & west & (east | south)
    peeled = (ink.sum(axis=1) >= 2) & (ink.sum(axis=1) <= 6) & (entries == 1) & ~inside
    return np.asarray((~peeled).astype(np.uint8))


KEPT = (_kept(south_east=True), _kept(south_east=False))
"""What the two half steps of a round leave: they peel the south-east and the north-west rim."""
