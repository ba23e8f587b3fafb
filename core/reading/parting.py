"""Digits of a drawing that touch, parted: their strokes are cut where the best chain of readings cuts their ink."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from core.reading.chain import CUT_FROM, DOUBTFUL, PRESENT, read_chain
from core.reading.characters import Chain
from core.reading.ink import Ink
from core.reading.judge import Judge
from core.reading.pieces import find_pieces
from core.reading.strokes import Stroke, bounds, render

HEIGHT = 96
"""Pixels of the raster on which strokes are parted."""

WIDEST = 20
"""Heights of the drawing that strokes are parted at most across: memory grows with the square of them, and a digit is
as wide as it is high at most."""

SHORTEST = 0.08
"""Heights of the drawing: what is left of a stroke after a cut is dropped when it is shorter."""


def parted(digits: Sequence[list[Stroke]], judge: Judge) -> list[list[Stroke]]:
    """Split those digits that are wide and doubtful, where more of them read better.

    Parameters
    ----------
    digits : sequence of list of Stroke
    judge : callable
        From pictures (n, 28, 28) uint8 to how well digits explain them.
    """
    costs = judge(np.stack([render(digit) for digit in digits])).cost
    found: list[list[Stroke]] = []
    for digit, cost in zip(digits, costs, strict=True):
        left, top, right, bottom = bounds(digit)
        wide = right - left > CUT_FROM * (bottom - top)
        found += _split(digit, float(cost), judge) if wide and cost > DOUBTFUL else [digit]
    return found


def _split(digit: list[Stroke], cost: float, judge: Judge) -> list[list[Stroke]]:
    """Return the parts of one digit, if they read better than the whole."""
    left, top, right, bottom = bounds(digit)
    pen = max(stroke.width for stroke in digit)
    scale = HEIGHT / max(bottom - top + pen, 1e-9)
    if (right - left) * scale > WIDEST * HEIGHT:
        return [digit]
    corner = np.array([left - pen, top - pen])
    raster = np.zeros(
        (round((bottom - top + 2 * pen) * scale) + 2, round((right - left + 2 * pen) * scale) + 2), np.uint8
    )
    for stroke in digit:
        points = np.round((stroke.points - corner) * scale).astype(np.int32)
        cv2.polylines(raster, [points], False, 255, max(1, round(stroke.width * scale)))
    pieces = find_pieces(Ink(raster, (raster > 0).astype(np.uint8)))
    if not len(pieces):
        return [digit]
    chain = read_chain(raster, pieces, judge)
    if len(chain) < 2:
        return [digit]
    parts = _strokes_of(digit, chain, raster.shape, corner, scale)
    if len(parts) < 2 or judge(np.stack([render(part) for part in parts])).cost.max() > cost:
        return [digit]
    return parts


def _strokes_of(
    digit: list[Stroke], chain: Chain, shape: tuple[int, ...], corner: np.ndarray, scale: float
) -> list[list[Stroke]]:
    """Return the strokes of every character of a chain."""
    characters = [character for _, character in chain.characters]
    owner, most = np.full(shape, -1), np.full(shape, PRESENT)
    for number, part in ((number, part) for number, character in enumerate(characters) for part in character.parts):
        left, top, right, bottom = part.box
        more = part.share > most[top:bottom, left:right]
        owner[top:bottom, left:right][more] = number
        most[top:bottom, left:right][more] = part.share[more]
    found: list[list[Stroke]] = [[] for _ in characters]
    for stroke in digit:
        points = _dense(stroke.points, 1 / scale)
        column, row = np.clip(np.round((points - corner) * scale).astype(int).T, 0, np.array(shape[::-1])[:, None] - 1)
        of = owner[row, column]
        for run in np.split(np.arange(len(points)), np.flatnonzero(np.diff(of)) + 1):
            length = len(run) / HEIGHT
            if of[run[0]] >= 0 and (length >= SHORTEST or len(run) == len(points)):
                found[of[run[0]]].append(Stroke(points[run], stroke.width))
    return [strokes for strokes in found if strokes]


def _dense(points: np.ndarray, step: float) -> np.ndarray:
    """Return a polyline (n, 2) with points no farther apart than about `step`."""
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    along = np.linspace(0, length[-1], max(2, int(length[-1] / step) + 1))
    return np.column_stack([np.interp(along, length, points[:, axis]) for axis in (0, 1)])
