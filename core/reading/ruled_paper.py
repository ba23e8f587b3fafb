"""Ruled and squared paper: its long thin lines taken out of the ink, the digits that cross them left whole."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.arrays import UInt8Array
from core.reading.ink import Ink, connected

SHORTEST = 0.5
"""A ruled line runs over at least this share of the picture's side."""

THINNEST_STROKE = 18
"""A ruled line is at least this many times longer than thick; the stroke of a 1 is not."""

STEEPEST = 0.1
"""Rise over run of lines on paper that is not quite straight: about 6 degrees."""

HOUGH = 800
"""Lines are looked for on a picture at most this many pixels wide: the time grows with its ink."""

DENSEST = 0.3
"""Ink that runs along more of the picture is an area, not lines."""

DARKER = 1.5
"""Ink along a ruled line that is so many times as dark as the median there is a stroke that runs along it."""

REACH = 10
"""Pixels to either side of a line in which its thickness is measured."""


def without_ruling(ink: Ink) -> Ink | None:
    """Return the same ink without ruled lines, except where strokes run along them; None where there are none."""
    mask = (without_ruled_lines(ink.mask * np.uint8(255)) > 0).astype(np.uint8)
    lines = (ink.mask > 0) & (mask == 0)
    if not lines.any():
        return None
    darker = lines & (ink.strength > DARKER * np.median(ink.strength[lines]))
    mask = np.where(darker, connected(mask, darker), mask).astype(np.uint8)
    return replace(ink, mask=mask, strength=np.where(mask > 0, ink.strength, 0).astype(np.uint8))


def without_ruled_lines(ink: np.ndarray) -> UInt8Array:
    """Take away nearly horizontal and nearly vertical lines that run across the paper.

    Parameters
    ----------
    ink : ndarray
        (h, w) uint8, 0 paper or 255 ink.

    Returns
    -------
    ndarray
        (h, w) uint8: the ink without the lines; what crosses a line keeps its pixels there. The ink as it was
        when it is nothing but such lines: then they are somebody's ones.
    """
    across = _without_horizontal(ink)
    left = np.ascontiguousarray(_without_horizontal(np.ascontiguousarray(across.T)).T)
    return left if left.any() else ink


def _without_horizontal(ink: np.ndarray) -> np.ndarray:
    lines = _horizontal_lines(ink)
    thickness = _thickness(ink, lines)
    length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    ruled = (thickness > 0) & (length >= THINNEST_STROKE * thickness)
    if not ruled.any():
        return ink
    thick = int(np.ceil(np.median(thickness[ruled])))
    along = np.zeros_like(ink)
    for x1, y1, x2, y2 in lines[ruled].tolist():
        slope, last = (y2 - y1) / (x2 - x1), ink.shape[1] - 1
        cv2.line(along, (0, round(y1 - slope * x1)), (last, round(y1 + slope * (last - x1))), 255, 2 * thick + 1)
    strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2 * thick + 2, 1), np.uint8))
    return np.where((along > 0) & (strokes == 0), 0, ink).astype(np.uint8)


def _horizontal_lines(ink: np.ndarray) -> np.ndarray:
    """Return (n, 4) int: x1, y1, x2, y2 of long, nearly horizontal lines (probabilistic Hough transform)."""
    width = ink.shape[1]
    shortest = int(width * SHORTEST)
    if shortest < THINNEST_STROKE:
        return np.empty((0, 4), int)
    wide = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(5, width // 60)), np.uint8))
    if (wide > 0).mean() > DENSEST:
        return np.empty((0, 4), int)
    scale = min(1.0, HOUGH / width)
    small = cv2.resize(wide, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else wide
    found = cv2.HoughLinesP(
        (small > 0).astype(np.uint8), 1, np.pi / 720, int(shortest * scale) // 2, minLineLength=int(shortest * scale),
        maxLineGap=int((width // 60 + 4) * scale),
    )  # fmt: skip
    lines = np.empty((0, 4), int) if found is None else np.round((found.reshape(-1, 4) + 0.5) / scale - 0.5).astype(int)
    lines = np.asarray(np.clip(lines, 0, np.array([width - 1, len(ink) - 1] * 2)))
    return np.asarray(lines[np.abs(lines[:, 3] - lines[:, 1]) <= STEEPEST * np.abs(lines[:, 2] - lines[:, 0])])


def _thickness(ink: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Return (n,) float: typical height in pixels of the ink under each line."""
    share = np.linspace(0.0, 1.0, 50)
    x = np.round(np.outer(lines[:, 0], 1 - share) + np.outer(lines[:, 2], share)).astype(int)
    y = np.round(np.outer(lines[:, 1], 1 - share) + np.outer(lines[:, 3], share)).astype(int)
    heights = sum((ink[np.clip(y + step, 0, len(ink) - 1), x] > 0).astype(int) for step in range(-REACH, REACH + 1))
    return np.median(heights, axis=1) if len(lines) else np.zeros(0)
