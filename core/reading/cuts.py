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

OWNED, GHOST = 2.5, 0.25
"""A digit is drawn with a share from a tenth on, in full from a half on."""

SLANT, PAPER, WALL = 0.15, 0.02, 1e6
"""What a path pays for each step aside, for each row of paper, and outside the piece; a row of
full ink costs 1."""


def over_segment(ink: np.ndarray) -> np.ndarray:
    """Share the ink of a piece among more parts than it has digits.

    Parameters
    ----------
    ink : ndarray
        (h, w) uint8, 0 paper to 255 ink: one piece.

    Returns
    -------
    ndarray
        (k, h, w) float32: the share of each part, from left to right, in each pixel, 0 to 1.
    """
    height, width = ink.shape
    scale = HEIGHT / height
    columns = max(2, round(width * scale))
    small = cv2.resize(ink, (columns, HEIGHT), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    paths = _seams(small.astype(np.float32) / 255)
    if not len(paths):
        return np.ones((1, height, width), np.float32)
    rows = np.clip(((np.arange(height) + 0.5) * scale).astype(int), 0, HEIGHT - 1)
    places = np.sort((paths[:, rows] + 1) / scale, axis=0)  # sorted by row: seams never cross
    column = np.arange(width)[None, :] + 0.5
    part = np.sum([column >= place[:, None] for place in places], axis=0)
    return np.stack([(part == number).astype(np.float32) for number in range(len(places) + 1)])


def full(share: np.ndarray) -> np.ndarray:
    """Return how much of each pixel's ink a digit is drawn with, 0 to 1: all where it owns half."""
    return np.clip(OWNED * share - GHOST, 0, 1)


def _seams(ink: np.ndarray) -> np.ndarray:
    """Return (k, HEIGHT) float: columns of the cheapest paths, apart from each other."""
    height, width = ink.shape
    step = max(1, round(SPACING * height))
    starts = np.arange(round(0.15 * height), width - round(0.15 * height), step)
    if not len(starts):
        return np.empty((0, height))
    costs, columns = _paths(ink, starts, round(REACH * height))
    order = np.argsort(costs)
    chosen: list[np.ndarray] = []
    limit = min(MOST_CUTS, max(2, round(PER_HEIGHT * width / height)))
    for i in order:
        path = columns[i]
        if len(chosen) < limit and all(abs(path.mean() - other.mean()) >= APART * height for other in chosen):
            chosen.append(path)
    return np.array(sorted(chosen, key=lambda path: path.mean()))


def _paths(ink: np.ndarray, starts: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Return costs (k,) and columns (k, h) of the cheapest path within `reach` of each start, by dynamic programming.

    In each row a path may step aside by one column.
    """
    height = len(ink)
    padded = np.pad(ink + PAPER, ((0, 0), (reach, reach)), constant_values=WALL)
    cost = np.stack([padded[:, start : start + 2 * reach + 1] for start in starts], axis=1)  # (h, k, window)
    total = cost[0]
    came = np.zeros(cost.shape, np.int8)
    for row in range(1, height):
        aside = np.pad(total, ((0, 0), (1, 1)), constant_values=WALL)
        options = np.stack([aside[:, :-2] + SLANT, total, aside[:, 2:] + SLANT])
        choice = options.argmin(axis=0)
        came[row] = choice - 1
        total = cost[row] + np.take_along_axis(options, choice[None], axis=0)[0]
    at = total.argmin(axis=1)
    each = np.arange(len(starts))
    best = total[each, at]
    columns = np.empty((len(starts), height))
    for row in range(height - 1, -1, -1):
        columns[:, row] = starts - reach + at
        at = at + came[row, each, at]
    return best, columns
