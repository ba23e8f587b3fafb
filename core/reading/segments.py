"""Pieces of ink put together into digits, and digits into the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray

Box = tuple[int, int, int, int]

OVERLAP = 0.35
"""Share of the narrower piece's width that lies over or under its neighbour when both belong to one digit."""

# What follows is measured in heights of the taller of two pieces. All were chosen on the drawings of the 20 writers
# of `pen_strokes` that are not reported.
BAR, BAR_GAP = 0.45, 0.15
"""A flat piece lower than this is a bar (of a 5 or a 7), and belongs to a digit no farther away than this."""

LOOP_GAP = 0.15
"""Largest gap between the two loops of an 8 drawn as two circles."""

FOOT, FOOT_GAP = 0.75, 0.1
"""A piece lower than this that hangs at the lower right is the second stroke of an open 4, when so near."""


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """One digit of a drawing or a picture.

    Attributes
    ----------
    image : ndarray
        (28, 28) uint8, 0 paper to 255 ink, normalised as MNIST was.
    box : tuple of int
        x, y, width, height in pixels of the source (canvas or upright picture).
    line : int
        Line of writing, 0 at the top.
    ink : ndarray or None
        (h, w) uint8: its ink inside its box, as it was found on a picture.
    cut_off : bool
        Whether it touches the border of its picture.
    """

    image: np.ndarray
    box: Box
    line: int
    ink: np.ndarray | None = None
    cut_off: bool = False


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


def _belong_together(boxes: np.ndarray) -> BoolArray:
    """Return (n, n) bool: which pieces are parts of one digit, judged by pairs."""
    left, top, right, bottom = boxes.T
    width, height = right - left, bottom - top
    taller, lower = np.maximum.outer(height, height), np.minimum.outer(height, height)
    shared_x = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    shared_y = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    narrower = np.minimum.outer(width, width)
    crossing = (shared_x >= OVERLAP * narrower) & (shared_y > 0.1 * lower) & (shared_x > 0)
    flat = np.where(height[:, None] < height, (width > 1.5 * height)[:, None], width > 1.5 * height)
    bar = (
        (lower < BAR * taller)
        & (flat | (lower < 0.1 * taller))
        & (shared_x >= -0.03 * taller)
        & (shared_y >= -BAR_GAP * taller)
    )
    round_pieces = np.logical_and.outer(height < 1.4 * width, height < 1.4 * width)
    loops = round_pieces & (shared_x > 0.7 * narrower) & (shared_y > -LOOP_GAP * taller) & (lower > 0.5 * taller)
    foot = _is_foot(boxes) & (shared_x > -FOOT_GAP * taller)
    return np.asarray(crossing | bar | loops | foot | foot.T)


def _is_foot(boxes: np.ndarray) -> BoolArray:
    """Return (n, n) bool: whether the column's piece hangs at the lower right of the row's."""
    left, top, right, bottom = boxes.T
    width, height = right - left, bottom - top
    tall = height[:, None]
    below = (top > top[:, None] + 0.3 * tall) & (top < bottom[:, None]) & (bottom > bottom[:, None] + 0.1 * tall)
    return np.asarray(below & (right > right[:, None]) & (height < FOOT * tall) & (width < 0.35 * tall))


def reading_order(boxes: np.ndarray) -> list[list[int]]:
    """Return lines of writing from top to bottom, each from left to right.

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
    """Return whether a digit's middle lies within the typical height of a line, or the line's within the digit's."""
    nearest = line[np.argmin(np.abs(line[:, 0] + line[:, 2] - box[0] - box[2]))]
    shared = min(nearest[3], box[3]) - max(nearest[1], box[1])
    return bool(shared > 0.5 * min(nearest[3] - nearest[1], box[3] - box[1]))
