"""Where a piece too wide for one digit may be cut: paths from top to bottom that cross as little ink as possible.

The paths are minimal seams (dynamic programming over the rows), which hold both the valleys of the outline and the
drop-fall paths of touching strings as cases (Casey and Lecolinet, "A survey of methods and strategies in character
segmentation", 1996).
"""

from __future__ import annotations

import cv2
import numpy as np

HEIGHT = 48
"""Pieces are cut at this height in pixels; the paths are then taken to their own size."""

SPACING, REACH = 0.07, 0.12
"""In heights of the piece: between the columns in which paths begin, and how far a path may stray to each side."""

MOST_CUTS, PER_HEIGHT = 30, 5
"""Cuts of a piece, at most, and for each height that it is wide."""

APART = 0.08
"""In heights: two cuts whose middles are nearer than this are one."""

SLANT, PAPER = 0.15, 0.02
"""What a path pays for each step aside, and for each row of paper; a row of full ink costs 1."""


def over_segment(ink: np.ndarray) -> np.ndarray:
    """Cut a piece into more parts than it has digits.

    Parameters
    ----------
    ink : ndarray
        (h, w) uint8, 0 paper to 255 ink: one piece.

    Returns
    -------
    ndarray
        (h, w) int32: the part of each pixel, from 0 at the left; paper has parts too.
    """
    height, width = ink.shape
    scale = HEIGHT / height
    columns = max(2, round(width * scale))
    small = cv2.resize(ink, (columns, HEIGHT), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    paths = _seams(small.astype(np.float32) / 255)
    if not len(paths):
        return np.zeros(ink.shape, np.int32)
    rows = np.clip(((np.arange(height) + 0.5) * scale).astype(int), 0, HEIGHT - 1)
    places = np.sort((paths[:, rows] + 1) / scale, axis=0)  # sorted by row: seams never cross
    column = np.arange(width)[None, :] + 0.5
    return np.asarray(np.sum([column >= place[:, None] for place in places], axis=0), np.int32)


def _seams(ink: np.ndarray) -> np.ndarray:
    """Return (k, HEIGHT) float: columns of the cheapest paths, apart from each other."""
    height, width = ink.shape
    step = max(1, round(SPACING * height))
    starts = np.arange(round(0.15 * height), width - round(0.15 * height), step)
    if not len(starts):
        return np.empty((0, height))
    found = [_seam(ink, start, round(REACH * height)) for start in starts]
    order = np.argsort([cost for cost, _ in found])
    chosen: list[np.ndarray] = []
    limit = min(MOST_CUTS, max(2, round(PER_HEIGHT * width / height)))
    for i in order:
        path = found[i][1]
        if len(chosen) < limit and all(abs(path.mean() - other.mean()) >= APART * height for other in chosen):
            chosen.append(path)
    return np.array(sorted(chosen, key=lambda path: path.mean()))


def _seam(ink: np.ndarray, start: int, reach: int) -> tuple[float, np.ndarray]:
    """Return cost and columns (h,) of the cheapest path within `reach` of a column.

    Each row it may step aside by one.
    """
    height, width = ink.shape
    low, high = max(0, start - reach), min(width, start + reach + 1)
    cost = ink[:, low:high] + PAPER
    total = cost.copy()
    came = np.zeros(cost.shape, np.int8)
    infinite = np.float32(1e9)
    for row in range(1, height):
        before = total[row - 1]
        left = np.concatenate([[infinite], before[:-1]]) + SLANT
        right = np.concatenate([before[1:], [infinite]]) + SLANT
        options = np.stack([left, before, right])
        choice = options.argmin(axis=0)
        came[row] = choice - 1
        total[row] += options[choice, np.arange(len(before))]
    at = int(total[-1].argmin())
    best = float(total[-1, at])
    path = np.empty(height)
    for row in range(height - 1, -1, -1):
        path[row] = low + at
        at += came[row, at]
    return best, path
