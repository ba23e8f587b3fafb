"""Pen strokes as polylines, and how one digit's strokes become a picture like those of MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.arrays import Float64Array, UInt8Array

SIZE = 28
"""Side of an MNIST picture in pixels."""

SUPERSAMPLING = 16
"""The drawing is made this many times larger, in black and white, and averaged down to grey edges."""


@dataclass(frozen=True)
class Stroke:
    """What the pen drew between touching down and lifting.

    Attributes
    ----------
    points : ndarray
        (n, 2) float64 centre line, x to the right and y down, in canvas pixels.
    width : float
        Width of the pen in canvas pixels.
    """

    points: np.ndarray
    width: float

    @property
    def length(self) -> float:
        """Length of the centre line in canvas pixels."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())


@dataclass(frozen=True)
class Style:
    """How MNIST writes: its box, its pen and its edges, in pixels of the 28 x 28 picture.

    The size of the box is LeCun's (http://yann.lecun.com/exdb/mnist); pen and blur were chosen on the pen strokes of
    20 writers of the UCI set "Pen-Based Recognition of Handwritten Digits", not on those that the benchmark reports.
    """

    box: float = 20.0
    pen: float = 1.0
    blur: float = 0.6


MNIST_STYLE = Style()


def bounds(strokes: Sequence[Stroke]) -> Float64Array:
    """Return (4,) float64: left, top, right, bottom of the centre lines in canvas pixels."""
    points = np.concatenate([stroke.points for stroke in strokes])
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def render(strokes: Sequence[Stroke], style: Style = MNIST_STYLE) -> UInt8Array:
    """Draw one digit as MNIST would have it, whatever its pen, place and size on the canvas.

    Parameters
    ----------
    strokes : sequence of Stroke
        The strokes of one digit; at least one point.
    style : Style
        Box, pen and blur in pixels of the result.

    Returns
    -------
    ndarray
        (28, 28) uint8, 0 paper to 255 ink, scaled to the box with its aspect kept, centre of mass in the middle.
    """
    left, top, right, bottom = bounds(strokes)
    scale = (style.box - style.pen) / max(right - left, bottom - top, 1e-9)
    middle = np.array([left + right, top + bottom]) / 2
    lines = [(stroke.points - middle) * scale for stroke in strokes]
    shift = _centre_of_mass(_draw(lines, style, np.zeros(2)))
    return _draw(lines, style, -shift)


def _draw(lines: Sequence[np.ndarray], style: Style, shift: np.ndarray) -> np.ndarray:
    """Rasterise polylines given in result pixels about the centre of the picture."""
    large = np.zeros((SIZE * SUPERSAMPLING, SIZE * SUPERSAMPLING), np.uint8)
    fraction = 4
    for line in lines:
        place = (line + shift + SIZE / 2) * SUPERSAMPLING - 0.5
        points = np.round(place * 2**fraction).astype(np.int32)
        cv2.polylines(large, [points], False, 255, round(style.pen * SUPERSAMPLING), cv2.LINE_8, fraction)
    picture = cv2.resize(large, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(picture, (0, 0), style.blur) if style.blur else picture


def _centre_of_mass(picture: np.ndarray) -> np.ndarray:
    """Return (2,) float: x and y of the ink's centre of mass from the middle of the picture, in pixels."""
    moments = cv2.moments(picture)
    return np.array([moments["m10"], moments["m01"]]) / moments["m00"] - (SIZE - 1) / 2
