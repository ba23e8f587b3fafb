"""Digits in forms that are common elsewhere and rare in MNIST's American hands, drawn in the place of its pictures.

A 1 with a long, round upstroke and sometimes a foot, a 2 with a curled head, a 4 whose first stroke ends in the bar or
in the stem, a 7 with a waved bar and a crossbar, a 9 with a small head and a curled tail, a flat foot or a bare stem.
Each is drawn with the pen of the picture whose place it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np

from core.arrays import UInt8Array
from core.preprocessing.pictures import centre
from core.preprocessing.thickness import stroke_widths

BOX, SIZE = 20, 28
FINE = 4
"""Strokes are drawn at this many times their size, so that their edges are soft and widths are fractions."""

PENS = 1.2, 4.0
"""Narrowest and widest pen in pixels."""

JITTER = 0.035
"""Standard deviation of every point of a stroke, as a share of the height."""

SLANT = 0.25
WIDTH = (0.55, 0.9)
"""Of the unit box that strokes are written in, as a share of its height."""

Strokes = Sequence[Sequence[tuple[float, float]]]


def with_forms(images: UInt8Array, labels: UInt8Array, share: float, rng: np.random.Generator) -> UInt8Array:
    """Replace some of the 1s, 2s, 4s, 7s and 9s by drawings of other forms.

    Parameters
    ----------
    images : (n, 28, 28) uint8
    labels : (n,) uint8
    share : float
        Probability for each 1, 2, 4, 7 and 9, 0 to 1.
    rng : numpy.random.Generator

    Returns
    -------
    (n, 28, 28) uint8
        A new array, where drawn digits fit the box of 20 pixels and are centred by mass; or `images` itself where none
        is drawn.
    """
    chosen = np.flatnonzero(np.isin(labels, list(FORMS)) & (rng.random(len(labels)) < share))
    if not len(chosen):
        return images
    varied = images.copy()
    widths = np.clip(stroke_widths(images[chosen]), *PENS)
    drawn = [_drawn(FORMS[int(labels[place])](rng), width, rng) for place, width in zip(chosen, widths, strict=True)]
    varied[chosen] = centre(np.stack(drawn))
    return varied


def _one(rng: np.random.Generator) -> Strokes:
    top, foot = (rng.uniform(0.55, 0.9), 0.0), (rng.uniform(0.4, 0.75), 1.0)
    begin = (rng.uniform(-0.05, 0.2), rng.uniform(0.38, 0.8))
    bend = (0.6 * top[0], rng.uniform(0.0, 0.35))
    strokes: list[list[tuple[float, float]]] = [[begin, bend, top, foot]]
    if rng.random() < 0.45:  # the upstroke meets the stem below its top
        at = rng.uniform(0.1, 0.5)
        join = (top[0] + at * (foot[0] - top[0]), at)
        strokes = [[top, foot], [(join[0] - rng.uniform(0.3, 0.7), min(1.0, at + rng.uniform(0.1, 0.6))), join]]
    if rng.random() < 0.3:
        strokes.append([(foot[0] - rng.uniform(0.2, 0.5), 1.0), (foot[0] + rng.uniform(0.2, 0.5), 1.0)])
    return strokes


def _two(rng: np.random.Generator) -> Strokes:
    high, wide = rng.uniform(0.15, 0.26), rng.uniform(0.16, 0.32)
    angles = np.radians(np.linspace(rng.uniform(90, 200), rng.uniform(390, 430), 9))
    head = [(0.5 + wide * np.cos(angle), high + high * np.sin(angle)) for angle in angles]
    low, row = rng.uniform(0.0, 0.25), rng.uniform(0.8, 0.95)
    foot = [(low, row), (low - 0.08, row - rng.uniform(0.0, 0.16)), (low + 0.12, row - rng.uniform(0.0, 0.16))]
    end = (rng.uniform(0.8, 1.15), rng.uniform(0.75, 1.0))
    return [[*head, *foot, (rng.uniform(0.45, 0.7), 1.0), end]]


def _four(rng: np.random.Generator) -> Strokes:
    if rng.random() < 0.4:  # in one stroke, whose stem hangs from the end of the bar
        row = rng.uniform(0.5, 0.75)
        right = rng.uniform(0.65, 1.0)
        rise = row - rng.uniform(0.0, 0.2)
        turn = [(right, rise)] if rng.random() < 0.5 else [(right, row), (right, rise)]
        foot = (right - rng.uniform(0.0, 0.2), 1.0)
        return [[(rng.uniform(0.3, 0.8), 0.0), (rng.uniform(-0.05, 0.1), row), *turn, foot]]
    row = rng.uniform(0.5, 0.72)
    bar = (rng.uniform(0.8, 1.1), row + rng.uniform(-0.08, 0.05))
    first = [(rng.uniform(0.25, 0.6), 0.0), (rng.uniform(-0.05, 0.1), row), bar]
    return [first, [(rng.uniform(0.6, 0.85), rng.uniform(0.05, 0.45)), (rng.uniform(0.45, 0.7), 1.0)]]


def _seven(rng: np.random.Generator) -> Strokes:
    right = (rng.uniform(0.75, 1.0), rng.uniform(0.0, 0.2))
    foot = (right[0] - rng.uniform(0.0, 0.6), 1.0)
    dip = rng.uniform(right[1] + 0.08, right[1] + 0.42)
    row = rng.uniform(0.5, 0.8)
    stem = right[0] + row * (foot[0] - right[0])
    bar = [(stem - rng.uniform(0.2, 0.5), row), (stem + rng.uniform(0.2, 0.55), row + rng.uniform(-0.06, 0.06))]
    return [[(0.0, rng.uniform(0.15, 0.6)), (rng.uniform(0.12, 0.28), 0.04), (0.45, dip), right, foot], bar]


def _nine(rng: np.random.Generator) -> Strokes:
    high, wide = rng.uniform(0.16, 0.3), rng.uniform(0.22, 0.45)
    angles = np.radians(np.linspace(rng.uniform(-50, 20), -rng.uniform(320, 410), 12))
    head = [(0.5 + wide * np.cos(angle), high + high * np.sin(angle)) for angle in angles]
    if rng.random() < 0.3:  # the head is a curl that begins on the left
        start = (rng.uniform(-0.1, 0.25), rng.uniform(1.4, 2.6) * high)
        angles = np.radians(np.linspace(rng.uniform(60, 120), -rng.uniform(200, 340), 10))
        head = [start, *((0.5 + wide * np.cos(angle), high + high * np.sin(angle)) for angle in angles)]
    neck = (0.5 + rng.uniform(0.5, 1.0) * wide, 1.5 * high)
    form = rng.random()
    if form < 0.4:
        end = (rng.uniform(-0.1, 0.4), rng.uniform(0.7, 0.95))
        tail = [neck, (0.85, 0.65), (0.7, 0.95), (0.35, 1.0), end]
    elif form < 0.75:  # a waist, and a foot that lies flat
        waist = (0.5 + rng.uniform(0.0, 0.8) * wide, 2 * high + rng.uniform(0.0, 0.08))
        flat = rng.uniform(0.9, 1.0)
        tail = [neck, waist, (rng.uniform(0.7, 1.0), 0.75), (0.65, flat), (0.3, 1.0), (rng.uniform(-0.15, 0.2), flat)]
    else:  # a straight stem from the head's right or its foot
        tail = [(0.5 + rng.uniform(-0.3, 1.0) * wide, 1.6 * high), (rng.uniform(0.1, 0.6), 1.0)]
    return [head, tail]


FORMS: Mapping[int, Callable[[np.random.Generator], Strokes]] = {1: _one, 2: _two, 4: _four, 7: _seven, 9: _nine}


def _drawn(strokes: Strokes, width: float, rng: np.random.Generator) -> np.ndarray:
    """Draw strokes of a unit box with a pen of some pixels, (28, 28) uint8."""
    slant, wide = rng.uniform(-SLANT, SLANT), rng.uniform(*WIDTH)
    written = []
    for stroke in strokes:
        points = np.asarray(stroke) + rng.normal(0, JITTER, (len(stroke), 2))
        points[:, 0] = wide * points[:, 0] + slant * (0.5 - points[:, 1])
        written.append(_smooth(points))
    every = np.concatenate(written)
    low, extent = every.min(axis=0), np.ptp(every, axis=0).max()
    scale = (BOX - width - 1 / FINE) / max(float(extent), 1e-6)  # OpenCV may draw a line one pixel too wide
    large = np.zeros((SIZE * FINE, SIZE * FINE), np.uint8)
    for points in written:
        places = np.rint((scale * (points - low) + 4 + width / 2) * FINE).astype(np.int32)
        cv2.polylines(large, [places], False, 255, max(1, round(FINE * width)))
    return cv2.resize(large, (SIZE, SIZE), interpolation=cv2.INTER_AREA)


def _smooth(points: np.ndarray) -> np.ndarray:
    """Cut the corners of a line (k, 2) once (Chaikin 1974); its ends stay."""
    if len(points) < 3:
        return points
    before, after = points[:-1], points[1:]
    cut = np.stack([0.8 * before + 0.2 * after, 0.2 * before + 0.8 * after], axis=1).reshape(-1, 2)
    return np.concatenate([points[:1], cut[1:-1], points[-1:]])
