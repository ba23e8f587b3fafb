"""Pen strokes to draw with: arcs, polylines, smooth curves, and the jitter of a hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Lines = list[np.ndarray]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, n: int = 24) -> np.ndarray:
    """Return (n, 2) float64 places on an ellipse, angles in turns, clockwise from the right as y points down."""
    t = 2 * np.pi * np.linspace(start, end, n)
    return np.column_stack([x + rx * np.cos(t), y + ry * np.sin(t)])


def line(*places: tuple[float, float]) -> np.ndarray:
    """Return a polyline through places, with points in between so that it can be bent."""
    corners = np.array(places, float)
    parts = [np.linspace(a, b, 8, endpoint=False) for a, b in pairwise(corners)]
    return np.concatenate([*parts, corners[-1:]])


def jittered(lines: Sequence[np.ndarray], r: np.random.Generator, amount: float = 1.0) -> Lines:
    """Return turn, slant, stretch and bend strokes a little, as a hand does."""
    angle, slant, stretch = r.normal(0, 0.1 * amount), r.normal(0, 0.12 * amount), np.exp(r.normal(0, 0.15 * amount))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, slant], [0, 1]]) @ np.diag([stretch, 1])
    waves = r.normal(0, 0.04 * amount, (3, 2)), r.uniform(0.5, 2.5, (3, 2)), r.uniform(0, 2 * np.pi, 3)

    def bend(p: np.ndarray) -> np.ndarray:
        q = p @ matrix.T
        for size, rate, phase in zip(*waves, strict=True):
            q = q + size * np.sin(q @ rate + phase)[:, None]
        return np.asarray(q + r.normal(0, 0.02 * amount, 2))

    return [bend(np.asarray(p, float)) for p in lines]


def turned(lines: Sequence[np.ndarray], turns: float) -> Lines:
    """Turn strokes about the origin, in whole turns."""
    a = 2 * np.pi * turns
    matrix = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    return [p @ matrix.T for p in lines]


def smooth(knots: np.ndarray, steps: int = 8) -> np.ndarray:
    """Return catmull-Rom through knots (k, 2)."""
    p = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate([*parts, knots[-1:]])
