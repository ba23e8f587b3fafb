"""Connected pieces of ink, and what may be left out of account: dust, edges of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.reading.ink import Ink

DUST = 0.25
"""Pieces lower and narrower than this share of the typical height are dust."""

SMALLEST = 3
"""Pixels: what is smaller is dust, too."""

EDGE_LOW = 0.7
"""Pieces at the border of a picture that are lower than this share of the typical height may be parts of neighbours or
shadows."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Pieces of ink.

    Attributes
    ----------
    labels : ndarray
        (h, w) int32: the number of each pixel's piece, 0 for none.
    boxes : ndarray
        (n, 4) int: left, top, right, bottom of piece 1..n, row 0 for piece 1.
    weight : ndarray
        (n,) float: pixels of ink.
    height : float
        Typical height of a piece in pixels, by ink.
    """

    labels: np.ndarray
    boxes: np.ndarray
    weight: np.ndarray
    height: float

    def __len__(self) -> int:
        return len(self.boxes)

    @cached_property
    def at_edge(self) -> np.ndarray:
        """(n,) bool: which pieces touch the border of the picture."""
        height, width = self.labels.shape
        left, top, right, bottom = self.boxes.T
        return np.asarray((left <= 0) | (top <= 0) | (right >= width) | (bottom >= height))


def find_pieces(ink: Ink, *, dust: float = DUST, corners: bool = True) -> Pieces:
    """Label the connected pieces of an ink, without those lower and narrower than a share of the typical height.

    Parameters
    ----------
    corners : bool
        Whether pixels that share a corner only are connected.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8 if corners else 4)
    x, y, width, height, area = stats[1:].T
    typical = weighted_median(height, area) if len(area) else 0.0
    kept = np.flatnonzero(np.maximum(width, height) >= max(dust * typical, SMALLEST if dust else 0))
    renumber = np.zeros(len(stats), np.int32)
    renumber[kept + 1] = np.arange(1, len(kept) + 1)
    boxes = np.column_stack([x, y, x + width, y + height])[kept]
    return Pieces(renumber[labels], boxes, area[kept].astype(float), typical)


def without_cut_off(pieces: Pieces) -> Pieces | None:
    """Leave out the low pieces at the border, as of a picture cut close around its digit; None where none are left out.

    All that is inside must lie in one digit's height, and be higher than what is left out.
    """
    inside = np.flatnonzero(~pieces.at_edge)
    if not 0 < len(inside) < len(pieces):
        return None
    heights = pieces.boxes[:, 3] - pieces.boxes[:, 1]
    if heights[pieces.at_edge].max() >= EDGE_LOW * heights[inside].max():
        return None
    renumber = np.zeros(len(pieces) + 1, np.int32)
    renumber[inside + 1] = np.arange(1, len(inside) + 1)
    return Pieces(renumber[pieces.labels], pieces.boxes[inside], pieces.weight[inside], float(heights[inside].max()))


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the value at which half of the weight is reached."""
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def union(boxes: np.ndarray) -> np.ndarray:
    """Return the box (4,) around boxes (n, 4)."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
