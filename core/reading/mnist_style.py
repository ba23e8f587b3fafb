"""A digit cut out of a photo, written again as MNIST was: box of 20 pixels, centre of mass, width of the pen."""

from __future__ import annotations

import cv2
import numpy as np

from core.reading.strokes import MNIST_STYLE, SIZE, Style

LARGE = 8
"""The digit is measured this many times larger than it will be."""

THINNEST, THICKEST = 1.8, 3.6
"""Widths of pen, in pixels of the result, between which a photographed stroke is left as it is."""


def in_mnist_style(ink: np.ndarray, style: Style = MNIST_STYLE) -> np.ndarray:
    """Scale, thicken or thin, and centre one digit.

    Parameters
    ----------
    ink : ndarray
        (h, w) uint8, 0 paper to 255 ink, one digit and nothing else; some ink.
    style : Style
        The box; its pen and blur belong to drawings.

    Returns
    -------
    ndarray
        (28, 28) uint8, 0 paper to 255 ink.
    """
    ink = (ink * (255.0 / max(int(ink.max()), 1))).astype(np.uint8)
    large = _fit(_trim(ink), round(style.box * LARGE))
    large = _fit(_trim(_with_pen(large)), round(style.box * LARGE))
    side = SIZE * LARGE
    moments = cv2.moments(large)
    x, y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    place = np.array([[1, 0, (side - 1) / 2 - x], [0, 1, (side - 1) / 2 - y]])
    centred = cv2.warpAffine(large, place, (side, side), flags=cv2.INTER_LINEAR)
    return cv2.resize(centred, (SIZE, SIZE), interpolation=cv2.INTER_AREA)


def _trim(ink: np.ndarray) -> np.ndarray:
    x, y, width, height = cv2.boundingRect((ink > 127).astype(np.uint8))
    return ink[y : y + height, x : x + width] if width else ink


def _fit(ink: np.ndarray, box: int) -> np.ndarray:
    """Scale until the longer side fills the box."""
    height, width = ink.shape
    scale = box / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def _with_pen(ink: np.ndarray) -> np.ndarray:
    """Move the edge of strokes that are thinner or thicker than MNIST's."""
    margin = LARGE * 3
    padded = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    inside = cv2.distanceTransform((padded > 127).astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((padded <= 127).astype(np.uint8), cv2.DIST_L2, 5)
    width = stroke_width(inside) / LARGE
    grow = (np.clip(width, THINNEST, THICKEST) - width) / 2 * LARGE
    if abs(grow) < 0.5:
        return padded
    signed = np.where(padded > 127, 0.5 - inside, outside - 0.5)
    return np.asarray((np.clip(grow - signed + 0.5, 0, 1) * 255).astype(np.uint8))


def stroke_width(inside: np.ndarray) -> float:
    """Return width of a stroke in pixels, from the distances of its pixels to the paper.

    Over a stroke of constant width w these distances are spread evenly from 0 to w / 2, so their mean is w / 4.
    """
    return float(4 * inside[inside > 0].mean()) if (inside > 0).any() else 0.0
