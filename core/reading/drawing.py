"""A canvas drawing to digits: strokes, split into digits, each rendered as MNIST was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from core.errors import ImageError
from core.models.serving.predictor import Reader
from core.reading.fabric import strokes_of_document
from core.reading.joining import joined
from core.reading.judge import Judge, judge_of
from core.reading.look import Look, checked
from core.reading.parting import parted
from core.reading.segments import Box, FoundDigit, group_pieces, reading_order
from core.reading.strokes import Stroke, bounds, render

MOST_DIGITS = 200
RASTER, FILL_RASTER, STROKE_RASTER = 2_048, 256, 256
"""Longest side in pixels of the rasters on which strokes are compared, and of a whole drawing and a stroke on them."""

DOT = 0.6
"""A stroke is a dot when it moves less than this share of the pen's width."""

BLANK = "Draw a digit first: the canvas is empty."
ONE_DOT = "A single dot is not enough: draw a digit from 0 to 9."
FILLED = "The canvas is filled with ink: clear it and draw a digit from 0 to 9."


def read_drawing(document: Any, reader: Reader) -> Look:
    """Find and read the digits of a drawing, line by line and from left to right.

    Parameters
    ----------
    document : dict
        Fabric.js JSON as the canvas returns it in `json_data`.
    reader : Reader
        The model that answers: it judges which strokes are one digit, and where digits that touch are parted.

    Raises
    ------
    ImageError
        For a canvas that is blank, filled or holds only dots, and for a document that is not a drawing.
    """
    judge = judge_of(reader)
    digits = digits_of_drawing(document, judge)
    return checked(digits, judge(np.stack([digit.image for digit in digits])))


def digits_of_drawing(document: Any, judge: Judge | None = None) -> list[FoundDigit]:
    """Find the digits of a drawing; without a judge, digits that touch are one.

    Returns
    -------
    list of FoundDigit
        At least one; boxes in canvas pixels, pen included.
    """
    digits = split_digits(written_strokes(document))
    if judge is not None:
        digits = parted(joined(digits, judge), judge)
    boxes = np.array([bounds(digit) for digit in digits])
    return [
        FoundDigit(render(digits[i]), _outer_box(digits[i]), line)
        for line, members in enumerate(reading_order(boxes))
        for i in members
    ]


def written_strokes(document: Any) -> list[Stroke]:
    """Read a drawing's strokes without its stray dots.

    Raises
    ------
    ImageError
        As `digits_of_drawing`.
    """
    strokes = strokes_of_document(document)
    if not strokes:
        raise ImageError(BLANK)
    lines = [stroke for stroke in strokes if _extent(stroke) > DOT * stroke.width]
    if not lines:
        raise ImageError(ONE_DOT)
    if _is_filled(lines):
        raise ImageError(FILLED)
    return lines


def _extent(stroke: Stroke) -> float:
    left, top, right, bottom = bounds([stroke])
    return float(max(right - left, bottom - top))


def _is_filled(strokes: Sequence[Stroke]) -> bool:
    """Return whether a long way of the pen has left next to no paper in a box that is many pens wide."""
    left, top, right, bottom = bounds(strokes)
    pen = max(stroke.width for stroke in strokes)
    length = sum(stroke.length for stroke in strokes)
    if min(right - left, bottom - top) < 4 * pen or length < 6 * np.hypot(right - left, bottom - top):
        return False
    scale = _raster_scale(strokes, FILL_RASTER / max(right - left, bottom - top))
    width, height = _raster_size(strokes, scale)
    raster = np.zeros((height, width), np.uint8)
    for points in _on_raster(strokes, scale):
        cv2.polylines(raster, [points], False, 255, max(1, round(pen * scale)))
    return bool((raster > 0).mean() > 0.85)


def split_digits(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """Group strokes into digits: those that cross, and those above each other."""
    boxes = np.array([bounds([stroke]) for stroke in strokes])
    groups = group_pieces(boxes, _crossings(strokes) if len(strokes) > 1 else ())
    if len(groups) > MOST_DIGITS:
        raise ImageError(f"A drawing can have up to {MOST_DIGITS} digits; this one has {len(groups)} pieces.")
    return [[strokes[i] for i in group] for group in groups]


def _crossings(strokes: Sequence[Stroke]) -> list[tuple[int, int]]:
    """Return pairs of strokes whose centre lines cross or touch."""
    scale = _raster_scale(strokes, STROKE_RASTER / max(float(np.median([_extent(s) for s in strokes])), 1e-9))
    width, height = _raster_size(strokes, scale)
    owner = np.full((height, width), -1, np.int32)
    pairs: set[tuple[int, int]] = set()
    for i, points in enumerate(_on_raster(strokes, scale)):
        x, y, w, h = cv2.boundingRect(points)
        mark = np.zeros((h + 2, w + 2), np.uint8)
        cv2.polylines(mark, [points - (x - 1, y - 1)], False, 1, 2)
        region = owner[y : y + h, x : x + w]
        inked = mark[1:-1, 1:-1][: region.shape[0], : region.shape[1]] > 0
        pairs.update((int(other), i) for other in np.unique(region[inked]) if other >= 0)
        region[inked] = i
    return sorted(pairs)


def _raster_scale(strokes: Sequence[Stroke], wanted: float) -> float:
    """Return raster pixels for one canvas pixel: as wanted, within the raster's limit."""
    left, top, right, bottom = bounds(strokes)
    return float(min(wanted, RASTER / max(right - left, bottom - top, 1e-9)))


def _raster_size(strokes: Sequence[Stroke], scale: float) -> tuple[int, int]:
    left, top, right, bottom = bounds(strokes)
    return int((right - left) * scale) + 2, int((bottom - top) * scale) + 2


def _on_raster(strokes: Sequence[Stroke], scale: float) -> list[np.ndarray]:
    """Return points (n, 2) int32 of each stroke on the raster."""
    corner = bounds(strokes)[:2]
    return [np.round((stroke.points - corner) * scale).astype(np.int32) for stroke in strokes]


def _outer_box(strokes: Sequence[Stroke]) -> Box:
    """Return the digit's box in canvas pixels, pen included."""
    pen = max(stroke.width for stroke in strokes) / 2
    left, top, right, bottom = bounds(strokes)
    x, y = int(np.floor(left - pen)), int(np.floor(top - pen))
    return x, y, int(np.ceil(right + pen)) - x, int(np.ceil(bottom + pen)) - y
