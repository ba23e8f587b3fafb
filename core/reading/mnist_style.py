"""A digit cut out of a picture, written again as MNIST was: box of 20 pixels, centre of mass, strokes not too thin."""

from __future__ import annotations

import cv2
import numpy as np

SIZE, BOX = 28, 20
LARGE = 6
EDGE = 40
THINNEST = 1.8
"""Width in pixels of the result below which strokes are drawn wider."""


def in_mnist_style(ink: np.ndarray) -> np.ndarray:
    """Return scale, thicken where too thin, and centre one digit: (h, w) uint8 ink to (28, 28) uint8."""
    ink = _trim(ink)
    scale = BOX / max(ink.shape)
    width = stroke_width(ink) * scale
    if width < THINNEST:
        ink = _thickened(ink, scale, THINNEST - width)
    return _centred(_resized(ink, BOX / max(ink.shape)))


def _trim(ink: np.ndarray) -> np.ndarray:
    x, y, width, height = cv2.boundingRect((ink > EDGE).astype(np.uint8))
    return ink[y : y + height, x : x + width] if width else ink


def _resized(ink: np.ndarray, scale: float) -> np.ndarray:
    height, width = ink.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def _thickened(ink: np.ndarray, scale: float, by: float) -> np.ndarray:
    large = _resized(ink, scale * LARGE)
    if scale * LARGE < 1:
        large = np.clip(large * (255.0 / max(int(large.max()), 1)), 0, 255).astype(np.uint8)
    margin = 2 * LARGE
    large = cv2.copyMakeBorder(large, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    away = cv2.distanceTransform((large <= 100).astype(np.uint8), cv2.DIST_L2, 3)
    grown = np.clip(by / 2 * LARGE - away + 1, 0, 1) * 255
    return _trim(np.maximum(large, grown).astype(np.uint8))


def _centred(digit: np.ndarray) -> np.ndarray:
    moments = cv2.moments(digit)
    weight = max(moments["m00"], 1e-9)
    middle = (SIZE - 1) / 2
    place = np.array([[1, 0, middle - moments["m10"] / weight], [0, 1, middle - moments["m01"] / weight]])
    return cv2.warpAffine(digit, place, (SIZE, SIZE), flags=cv2.INTER_LINEAR)


def stroke_width(ink: np.ndarray) -> float:
    """Return width of a stroke in pixels: its area over half of its outline."""
    marked = (ink > 127).astype(np.uint8)
    outlines, _ = cv2.findContours(marked, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    length = sum(cv2.arcLength(outline, True) for outline in outlines)
    return float(2 * np.count_nonzero(marked) / length) if length else 1.0
