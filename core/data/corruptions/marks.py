"""Corruptions that cover or add something: stripes, holes, fog, spatter, lines; and edges alone."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from core.arrays import Float64Array, UInt8Array

FIELD = 256
"""Side in pixels of a map of fog."""
SHARE_A_MAP = 16
"""So many pictures are taken from one map, each at a place of its own."""
REACH = 2.3
"""How far from its middle a line is seen, in pixels."""
MUD = 63
"""Grey of a spatter."""


def stripe(images: UInt8Array, columns: float, rng: np.random.Generator) -> np.ndarray:
    """Invert so many columns at the left and at the right edge."""
    width = int(columns)
    striped = images.copy()
    for edge in (np.s_[:, :, :width], np.s_[:, :, -width:]):
        striped[edge] = 255 - striped[edge]
    return striped


def occlusion(images: UInt8Array, side: float, rng: np.random.Generator) -> np.ndarray:
    """Wipe out a square of so many pixels a side, somewhere in the 20 x 20 box where digits are."""
    size = int(side)
    rows, columns = rng.integers(4, 25 - size, (2, len(images), 1))
    inside = np.arange(28)
    row_hit = (inside >= rows) & (inside < rows + size)  # (n, 28)
    column_hit = (inside >= columns) & (inside < columns + size)
    return np.where(row_hit[:, :, None] & column_hit[:, None, :], np.uint8(0), images)


def fog(images: UInt8Array, amount: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """Lay fog over a picture: a fractal cloud, so thick as `amount` says first, and so smooth as it says second."""
    thickness, smoothness = amount
    brightest = images.max(axis=(1, 2), keepdims=True) / 255
    hazy = images / 255 + thickness * _clouds(len(images), smoothness, rng)
    return _to_uint8(255 * hazy * brightest / (brightest + thickness))


def spatter(
    images: UInt8Array, amount: tuple[float, float, float, float, float], rng: np.random.Generator
) -> np.ndarray:
    """Throw drops of mud at a picture.

    `amount` is the mean and deviation of noise, the blur in pixels that makes drops of it, the height from which it is
    a drop, and the blur of the drops' edges.
    """
    mean, deviation, size, least, edge = amount
    muddy = images.astype(np.float32)
    for position in range(len(images)):
        liquid = _blurred(rng.normal(mean, deviation, images.shape[1:]).astype(np.float32), size)
        drops = _blurred((liquid > least).astype(np.float32), edge)
        drops[drops < 0.8] = 0
        muddy[position] += drops * (MUD - muddy[position])
    return _to_uint8(muddy)


def dotted_line(images: UInt8Array, lines: float, rng: np.random.Generator) -> np.ndarray:
    """Draw so many dotted lines from the left edge to the right one."""
    dots = np.arange(28) % 4 >= 2
    added = images.astype(np.float32)
    for drawn in added:
        for _ in range(int(lines)):
            first, last = rng.integers(0, 27, 2)
            drawn += 255 * _line((0, first), (27, last)) * dots
    return _to_uint8(added)


def zigzag(images: UInt8Array, lines: float, rng: np.random.Generator) -> np.ndarray:
    """Draw so many zigzags of 2 pixels up and down across a picture."""
    added = images.astype(np.float32)
    for drawn in added:
        for _ in range(int(lines)):
            corners = _zigzag(rng)
            for start, end in pairwise(corners):
                drawn += 255 * _line(start, end)
                np.minimum(drawn, 255, out=drawn)
    return _to_uint8(added)


def canny_edges(images: UInt8Array, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Leave edges only: Canny's, after a blur of so many pixels, with thresholds of 0.1 and 0.2 of full ink."""
    edges = np.empty_like(images)
    for position, image in enumerate(images):
        smooth = _blurred(image.astype(np.float32), sigma)
        across, down = (cv2.Sobel(smooth, cv2.CV_32F, *axis).round().astype(np.int16) for axis in ((1, 0), (0, 1)))
        edges[position] = cv2.Canny(across, down, 0.1 * 255, 0.2 * 255, L2gradient=True)
    return edges


def _clouds(count: int, smoothness: float, rng: np.random.Generator) -> Float64Array:
    """Return Windows (count, 28, 28) float64, 0 to 1, of fractal maps."""
    maps = np.stack([_fractal(smoothness, rng) for _ in range(-(-count // SHARE_A_MAP))]) if count else np.empty(0)
    rows, columns = rng.integers(0, FIELD - 27, (2, count))
    windows = [maps[i // SHARE_A_MAP, rows[i] : rows[i] + 28, columns[i] : columns[i] + 28] for i in range(count)]
    return np.stack(windows) if windows else np.empty((0, 28, 28))


def _fractal(smoothness: float, rng: np.random.Generator) -> np.ndarray:
    """Make a periodic map (256, 256) float64 of 0 to 1 by diamonds and squares (Fournier, Fussell, Carpenter 1982).

    Midpoints get the mean of their four neighbours and noise, whose amplitude falls by the square of `smoothness` as
    the distance halves.
    """
    field, step, amplitude = np.zeros((FIELD, FIELD)), FIELD, 100.0
    while step >= 2:
        half = step // 2

        def middle(total: np.ndarray, noise: float = amplitude**2) -> np.ndarray:
            return np.asarray(total / 4 + rng.uniform(-noise, noise, total.shape))

        corners = field[::step, ::step]
        pairs = corners + np.roll(corners, -1, axis=0)
        field[half::step, half::step] = middle(pairs + np.roll(pairs, -1, axis=1))
        inner = field[half::step, half::step]
        vertical = corners + np.roll(corners, -1, axis=1)
        field[::step, half::step] = middle(vertical + inner + np.roll(inner, 1, axis=0))
        horizontal = corners + np.roll(corners, -1, axis=0)
        field[half::step, ::step] = middle(horizontal + inner + np.roll(inner, 1, axis=1))
        step, amplitude = half, amplitude / smoothness
    field -= field.min()
    return np.asarray(field / field.max())


def _line(start: tuple[float, float], end: tuple[float, float]) -> Float64Array:
    """Return a soft line (28, 28) float64, 0 to 1, between two places (column, row), the first further left."""
    (left, first), (right, last) = start, end
    if left == right:
        return np.zeros((28, 28))
    places = np.arange(28)
    middle = first + (last - first) / (right - left) * (places - left)
    distance = np.clip(np.abs(places[:, None] - middle), 0, REACH - 1e-10)
    line = np.clip(np.log(1 - distance / REACH) + 1, 0, 1)
    line[:, : int(np.floor(left))] = 0
    line[:, int(np.ceil(right)) :] = 0
    return np.asarray(line)


def _zigzag(rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return corners (column, row) from column 2 to 25, one every 4 pixels, 2 above or below a slanted line."""
    width, height, left, right = 2.0, 2.0, 2, 25
    first = int(rng.integers(0, 27))
    slope = np.arctan(rng.integers(-5, 5) / (right - left))
    length = (right - left) / np.cos(slope)
    count = int((length - width) // (2 * width)) + 1
    along = [0.0, *((2 * turn + 1) * width for turn in range(count)), length]
    beside = [0.0, *((-1) ** turn * height for turn in range(count)), 0.0]
    turned = np.array([[np.cos(slope), -np.sin(slope)], [np.sin(slope), np.cos(slope)]]) @ np.array([along, beside])
    return [(left + column, first + row) for column, row in turned.T]


def _blurred(values: np.ndarray, sigma: float) -> np.ndarray:
    side = 2 * int(4 * sigma + 0.5) + 1
    return cv2.GaussianBlur(values, (side, side), sigma, borderType=cv2.BORDER_REPLICATE)


def _to_uint8(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))
