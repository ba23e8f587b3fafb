"""Lines of digits that touch, overlap and stand on ruled paper, with the digit that each pixel of ink belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.reading.ink import WEAK
from core.reading.owners import HEIGHT, NOBODY, OFFSETS, STEP

WIDTH = 80
"""Pixels of a line that the network sees in training."""

LENGTHS, SHARES = (1, 2, 3, 4, 5), (0.2, 0.3, 0.2, 0.2, 0.1)
"""Digits of a line, and how often."""

OVERLAP = (-1, 5)
"""Pixels, of the 20 that a digit is high, by which the boxes of neighbours overlap: from, and below."""

RULED, PALEST = 0.25, 90
"""Share of the lines that a ruled line of the paper crosses or underlines, and its least ink of 255."""

CANVAS, LARGER = 56, 1.5
"""Side of the canvas for digits that are bent, and how many times larger they are drawn there."""

PENS, THINNEST = (0.5, 0.28, 0.22), 0.35
"""How often a bent digit's pen is as it was, or wider or narrower by one or two pixels there, and what is left of the
ink of a thinned digit, at least."""


@dataclass(frozen=True, eq=False)
class Line:
    """A line of digits.

    Attributes
    ----------
    ink : ndarray
        (HEIGHT, WIDTH) uint8.
    shares : ndarray
        (k + 1, HEIGHT, WIDTH) float32: how much of each pixel's ink is each digit's and, last, the ruled line's; they
        sum to 1 where there is ink.
    centres : ndarray
        (k,) float: the middle column of each digit's box.
    """

    ink: np.ndarray
    shares: np.ndarray
    centres: np.ndarray


def line_of(images: np.ndarray, rng: np.random.Generator) -> Line:
    """Write a line of some of the digits (n, 28, 28) uint8, plain as they are or bent, as high as the network's."""
    chosen = images[rng.integers(0, len(images), rng.choice(LENGTHS, p=SHARES))]
    plain = rng.random() < 0.5
    digits = [digit if plain else _bent(digit, rng) for digit in chosen]
    layers = _side_by_side(digits, rng, 1.0 if plain else LARGER)
    rule = _rule(layers.max(axis=0), rng) if rng.random() < RULED else np.zeros(layers.shape[1:], np.uint8)
    layers = np.concatenate([layers, rule[None]])
    rows, columns = (np.flatnonzero(layers.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    layers = layers[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = HEIGHT / layers.shape[1]
    size = (max(2, round(layers.shape[2] * scale)), HEIGHT)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return _framed(np.stack([cv2.resize(layer, size, interpolation=how) for layer in layers]), rng)


def targets(lines: list[Line]) -> np.ndarray:
    """Return (n, HEIGHT, WIDTH, OFFSETS + 1) float32: where the middle of each pixel's digit lies, times its ink.

    The last says that the pixel is no digit's.
    """
    found = np.zeros((len(lines), HEIGHT, WIDTH, OFFSETS + 1), np.float32)
    columns = np.arange(WIDTH)
    for line, wanted in zip(lines, found, strict=True):
        ink = line.ink.astype(np.float32) / 255
        for share, centre in zip(line.shares, line.centres, strict=False):
            place = np.clip((centre - columns) / STEP + OFFSETS // 2, 0, OFFSETS - 1)
            low = np.minimum(place.astype(int), OFFSETS - 2)
            part = (place - low).astype(np.float32)
            wanted[:, columns, low] += share * ink * (1 - part)
            wanted[:, columns, low + 1] += share * ink * part
        wanted[:, :, NOBODY] = line.shares[-1] * ink
    return found


def _bent(digit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a digit of another size, width and slant, (CANVAS, CANVAS) uint8, and with another pen."""
    across, down, slant = rng.uniform(0.8, 1.15), rng.uniform(0.75, 1.15), rng.uniform(-0.3, 0.3)
    place = np.array([[across, slant], [0, down]]) * LARGER
    middle = np.array([CANVAS / 2, CANVAS / 2]) - place @ [13.5, 13.5]
    drawn = cv2.warpAffine(digit, np.column_stack([place, middle]), (CANVAS, CANVAS))
    pen, width = (cv2.MORPH_DILATE, cv2.MORPH_ERODE)[int(rng.random() < 0.55)], int(rng.choice([1, 2, 3], p=PENS))
    changed = cv2.morphologyEx(drawn, pen, np.ones((width, width), np.uint8))
    return np.asarray(changed if changed.sum() > THINNEST * drawn.sum() else drawn, np.uint8)


def _side_by_side(digits: list[np.ndarray], rng: np.random.Generator, scale: float) -> np.ndarray:
    """Return (k, h, w) uint8: each digit at its place in the line, alone, with paper around."""
    parts = [digit[:, digit.any(axis=0)] for digit in digits]
    overlaps = np.round(rng.uniform(OVERLAP[0] - 0.5, OVERLAP[1] - 0.5, len(parts)) * scale).astype(int)
    down = np.zeros(len(parts), int) if rng.random() < 0.5 else rng.integers(-4, 5, len(parts))
    margin, height = int(20 * scale), digits[0].shape[0]
    width = sum(part.shape[1] for part in parts) + margin * (len(parts) + 2)
    layers = np.zeros((len(parts), height + 16, width), np.uint8)
    at = margin
    for layer, part, overlap, below in zip(layers, parts, overlaps, down, strict=True):
        layer[8 + below : 8 + below + height, at : at + part.shape[1]] = part
        at += max(1, part.shape[1] - int(overlap))
    return layers[:, :, : at + margin]


def _rule(digits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the ruled line of the paper under digits (h, w) uint8, where they do not cover it."""
    height, width = digits.shape
    rows, columns = np.flatnonzero(digits.any(axis=1)), np.flatnonzero(digits.any(axis=0))
    share = rng.uniform(0.8, 1.1) if rng.random() < 0.7 else rng.uniform(0.1, 1.0)
    row, slope = rows[0] + share * (rows[-1] - rows[0]), rng.uniform(-0.06, 0.06)
    left, right = (int(rng.integers(0, max(1, columns[0]))), int(rng.integers(columns[-1], width)))
    line = np.zeros((height, width), np.uint8)
    ends = [(x, int(np.clip(round(row + slope * (x - width / 2)), 1, height - 2))) for x in (left, right)]
    cv2.line(line, ends[0], ends[1], float(rng.uniform(PALEST, 255)), int(rng.integers(1, 4)), cv2.LINE_AA)
    return np.where(digits > PALEST, 0, np.maximum(line.astype(int) - digits, 0)).astype(np.uint8)


def _framed(layers: np.ndarray, rng: np.random.Generator) -> Line:
    """Place a line in the network's window, cut where it is longer, its faint edge left out as in a picture."""
    width = layers.shape[2]
    shift = int(rng.integers(0, WIDTH - width + 1)) if width <= WIDTH else -int(rng.integers(0, width - WIDTH + 1))
    boxes = [np.flatnonzero((layer > WEAK).any(axis=0)) for layer in layers[:-1]]
    kept = [place for place, box in enumerate(boxes) if len(box)]
    centres = np.array([(boxes[place][0] + boxes[place][-1]) / 2 + shift for place in kept])
    source, target = slice(max(0, -shift), max(0, -shift) + WIDTH), slice(max(0, shift), max(0, shift) + width)
    shares = np.zeros((len(kept) + 1, HEIGHT, WIDTH), np.float32)
    shares[:, :, target] = layers[[*kept, -1]][:, :, source]
    lit = shares.max(axis=0) * rng.uniform(1.0, 1.15)
    ink = np.where(lit > WEAK, np.minimum(lit, 255), 0).astype(np.uint8)
    return Line(ink, np.asarray(shares / np.maximum(shares.sum(axis=0), 1e-6), np.float32), centres)
