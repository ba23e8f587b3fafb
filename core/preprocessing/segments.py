"""Pieces of ink put together into digits, and digits into the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Box = tuple[int, int, int, int]

OVERLAP = 0.35
"""Share of the narrower piece's width that lies over or under its neighbour when both belong to one digit."""

GAP = 0.3
"""Largest gap between a bar and the body of its digit (the bar of a 5), as a share of the body's height."""

FLAT = 0.5
"""A piece is a bar when it is lower than this share of the other piece's height."""


@dataclass(frozen=True)
class FoundDigit:
    """One digit of a drawing or a photo.

    Attributes
    ----------
    image : ndarray
        (28, 28) uint8, 0 paper to 255 ink, normalised as MNIST was.
    box : tuple of int
        x, y, width, height in pixels of the source (canvas or upright photo).
    line : int
        Line of writing, 0 at the top.
    """

    image: np.ndarray
    box: Box
    line: int


def group_pieces(boxes: np.ndarray, touching: Sequence[tuple[int, int]] = ()) -> list[list[int]]:
    """Group pieces of ink into digits.

    Parameters
    ----------
    boxes : ndarray
        (n, 4) float: left, top, right, bottom of each piece.
    touching : sequence of (int, int)
        Pairs known to belong together.

    Returns
    -------
    list of list of int
        Indices of the pieces of each digit.
    """
    parent = np.arange(len(boxes))
    first, second = np.nonzero(np.triu(_belong_together(boxes), 1))
    for a, b in [*touching, *zip(first.tolist(), second.tolist(), strict=True)]:
        old, new = parent[a], parent[b]
        if old != new:
            parent[parent == old] = new
    return [np.flatnonzero(parent == root).tolist() for root in dict.fromkeys(parent.tolist())]


def _belong_together(boxes: np.ndarray) -> np.ndarray:
    """(n, n) bool: side by side is apart; above each other is together when they overlap or one is a bar."""
    left, top, right, bottom = boxes.T
    width, height = right - left, bottom - top
    shared_x = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    shared_y = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    over = shared_x >= OVERLAP * np.minimum.outer(width, width)
    lower, taller = np.minimum.outer(height, height), np.maximum.outer(height, height)
    bar = (lower < FLAT * taller) & (shared_y > -GAP * taller)
    return over & ((shared_y > 0.1 * lower) | bar)


def reading_order(boxes: np.ndarray) -> list[list[int]]:
    """Lines of writing from top to bottom, each from left to right.

    Parameters
    ----------
    boxes : ndarray
        (n, 4) float: left, top, right, bottom of each digit.

    Returns
    -------
    list of list of int
        Indices of the digits of each line.
    """
    left, top, right, bottom = boxes.T
    lines: list[list[int]] = []
    for i in np.argsort((top + bottom) / 2, kind="stable").tolist():
        line = next((line for line in lines if _same_line(boxes[line], boxes[i])), None)
        if line is None:
            lines.append([i])
        else:
            line.append(i)
    return [sorted(line, key=lambda i: (left[i], right[i])) for line in lines]


def _same_line(line: np.ndarray, box: np.ndarray) -> bool:
    """Whether a digit's middle lies within the typical height of a line, or the line's within the digit's."""
    nearest = line[np.argmin(np.abs(line[:, 0] + line[:, 2] - box[0] - box[2]))]
    shared = min(nearest[3], box[3]) - max(nearest[1], box[1])
    return bool(shared > 0.5 * min(nearest[3] - nearest[1], box[3] - box[1]))
