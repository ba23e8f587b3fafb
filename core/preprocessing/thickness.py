"""How wide the pen was: draw every digit again with strokes of one width.

Imports nothing but numpy and OpenCV: its source is part of the script that ships beside every model.
"""

from __future__ import annotations

import cv2
import numpy as np

FINE = 3
"""Pictures are thinned at this many times their size, so that the new strokes are smooth."""

AROUND = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]
"""The eight neighbours of a pixel, clockwise from the one above, as (row, column)."""


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
    changed = np.empty_like(images)
    large = np.empty((len(images), height * FINE, wide * FINE), bool)
    for position, image in enumerate(images):
        large[position] = cv2.resize(image, None, fx=FINE, fy=FINE, interpolation=cv2.INTER_LINEAR) > 127
    for position, line in enumerate(thin(large)):
        if not line.any():
            changed[position] = images[position]
            continue
        distance = cv2.distanceTransform((~line).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        pen = np.clip((width * FINE / 2 - distance + 0.5) * 255, 0, 255).astype(np.uint8)
        changed[position] = cv2.resize(pen, (wide, height), interpolation=cv2.INTER_AREA)
    return changed


def thin(shapes: np.ndarray) -> np.ndarray:
    """Peel pixels off the shapes (n, h, w) bool until lines one pixel wide are left; (n, h, w) bool."""
    lines = np.pad(shapes, ((0, 0), (1, 1), (1, 1)))
    active = np.arange(len(lines))
    while len(active):
        before = lines[active]
        after = _peel(_peel(before, first=True), first=False)
        lines[active] = after
        active = active[(before != after).any(axis=(1, 2))]
    return lines[:, 1:-1, 1:-1]


def _peel(lines: np.ndarray, first: bool) -> np.ndarray:
    """One half step of Zhang and Suen: drop pixels of the south-east (`first`) or the north-west rim."""
    rows, columns = lines.shape[1] - 1, lines.shape[2] - 1
    p = [lines[:, 1 + down : rows + down, 1 + right : columns + right] for down, right in AROUND]
    neighbours = np.zeros(p[0].shape, np.uint8)
    entries = np.zeros(p[0].shape, np.uint8)
    for position in range(8):
        neighbours += p[position]
        entries += ~p[position] & p[(position + 1) % 8]
    north, east, south, west = p[0], p[2], p[4], p[6]
    inside = east & south & (north | west) if first else north & west & (east | south)
    peeled = lines.copy()
    peeled[:, 1:-1, 1:-1] &= ~((neighbours >= 2) & (neighbours <= 6) & (entries == 1) & ~inside)
    return peeled
