"""Pictures varied as pens, papers and hands vary them, then normalised as the reader does."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from core.reading.strokes import Stroke, Style, render

SIZE, BOX, LARGE = 28, 20, 4
INK = 100
THINNEST, THICKEST = 1.1, 4.6
"""Widths of a pen in pixels of the result."""

LEAST_LEFT = 0.55
"""Share of its width that a stroke keeps when it is thinned: less would break it."""


def normalised(ink: np.ndarray, rng: np.random.Generator, *, pens: bool = True) -> np.ndarray | None:
    """Bring ink (h, w) uint8 into MNIST's box and place, (28, 28) uint8, mostly with another pen; None without ink."""
    ink = trimmed(ink)
    if not ink.size:
        return None
    large = _fitted(ink, BOX * LARGE)
    if pens and rng.random() > 0.35:
        large = trimmed(_with_pen(large, float(np.exp(rng.uniform(np.log(THINNEST), np.log(THICKEST))))))
    if rng.random() < 0.4:
        large = cv2.GaussianBlur(large, (0, 0), rng.uniform(0.5, 3))
    digit = _fitted(large, BOX)
    moments = cv2.moments(digit)
    if not moments["m00"]:
        return None
    x, y = (SIZE - 1) / 2 - np.array([moments["m10"], moments["m01"]]) / moments["m00"] + rng.normal(0, 0.3, 2)
    return cv2.warpAffine(digit, np.array([[1, 0, x], [0, 1, y]]), (SIZE, SIZE))


def trimmed(ink: np.ndarray) -> np.ndarray:
    """Return the box of the ink; empty where there is none."""
    x, y, width, height = cv2.boundingRect((ink > INK).astype(np.uint8))
    return ink[y : y + height, x : x + width]


def _fitted(ink: np.ndarray, side: int) -> np.ndarray:
    scale = side / max(ink.shape)
    height, width = (max(1, round(length * scale)) for length in ink.shape)
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def _with_pen(large: np.ndarray, width: float) -> np.ndarray:
    margin = 3 * LARGE
    padded = cv2.copyMakeBorder(large, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    marked = (padded > 127).astype(np.uint8)
    if not marked.any():
        return padded
    inside = cv2.distanceTransform(marked, cv2.DIST_L2, 3)
    outside = cv2.distanceTransform(1 - marked, cv2.DIST_L2, 3)
    before = 4 * inside[inside > 0].mean()
    grow = (max(width * LARGE, LEAST_LEFT * before) - before) / 2
    edge = np.where(marked > 0, 0.5 - inside, outside - 0.5)
    return np.asarray(np.clip(grow - edge + 0.5, 0, 1) * 255, np.uint8)


def bent(
    ink: np.ndarray,
    rng: np.random.Generator,
    *,
    side: int = 112,
    turn: float = 10,
    slant: float = 0.2,
    stretch: float = 0.25,
    elastic: float = 1.0,
) -> np.ndarray:
    """Turn (degrees), slant, stretch and bend ink, (side, side) uint8; each as far as said to both sides."""
    large = cv2.resize(ink, (side, side), interpolation=cv2.INTER_LINEAR)
    angle, shear, size = (
        np.radians(rng.uniform(-turn, turn)),
        rng.uniform(-slant, slant),
        np.exp(rng.uniform(-stretch, stretch)),
    )
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = rotation @ np.array([[1, shear], [0, 1]]) @ np.diag([size * 0.85, 0.85])
    middle = np.full(2, (side - 1) / 2)
    moved = cv2.warpAffine(large, np.column_stack([linear, middle - linear @ middle]), (side, side))
    if not elastic or rng.random() < 0.5:
        return moved
    pull = cv2.resize(
        rng.normal(0, elastic * side / SIZE, (6, 6, 2)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC
    )
    column, row = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
    return cv2.remap(moved, column + pull[..., 0], row + pull[..., 1], cv2.INTER_LINEAR)


def drawn(lines: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Return strokes as a drawing is rendered, with a pen of some width, (28, 28) uint8."""
    pen = float(np.exp(rng.uniform(np.log(1.0), np.log(3.8))))
    strokes = [Stroke(np.asarray(points, float) * 100, 1.0) for points in lines if len(points) > 1]
    return render(strokes, Style(20.0, pen, rng.uniform(0.2, 0.75)))
