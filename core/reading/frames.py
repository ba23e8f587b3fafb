"""Frames around writing, as of forms, tables and puzzles: pieces of ink that hold other pieces."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.reading.ink import STRONG, Ink
from core.reading.ruled_paper import without_ruled_lines

LARGER = 2.0
"""A frame is at least this many times as high as what it holds, or at least twice as many times as wide, so that a 0
with specks inside is not a frame."""

LEAST, LOWEST = 2, 6
"""Pieces that a frame holds, at least, and pixels that they are high."""

FILLED = 0.4
"""Share of its box that a frame's ink covers, at most."""

AS_HIGH = (0.6, 1.5)
"""What is left of a frame without its lines is a digit that touches it if its height, as a multiple of the typical
height inside, lies between these."""


def without_frames(ink: Ink) -> Ink | None:
    """Return an ink without its frames; None where there are none."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8)
    x, y, width, height, area = stats[1:].T
    boxes = np.column_stack([x, y, x + width, y + height])
    written = (height >= LOWEST) & (area >= LOWEST)
    mask = ink.mask.copy()
    for number in np.flatnonzero((area < FILLED * width * height) & written).tolist():
        if high := _height_inside(number, boxes, written):
            frame = labels == number + 1
            mask[frame & ~_digits(frame, ink.strength, high)] = 0
    if np.array_equal(mask, ink.mask) or not mask.any():
        return None
    return replace(ink, mask=mask, strength=np.where(mask > 0, ink.strength, 0).astype(np.uint8))


def _height_inside(number: int, boxes: np.ndarray, written: np.ndarray) -> float:
    """Return the typical height of what a piece has inside its box (n, 4); 0 if it is not a frame."""
    left, top, right, bottom = boxes.T
    inside = (left > left[number]) & (top > top[number]) & (right < right[number]) & (bottom < bottom[number]) & written
    if inside.sum() < LEAST:
        return 0.0
    high, wide = float(np.median((bottom - top)[inside])), float(np.median((right - left)[inside]))
    larger = bottom[number] - top[number] >= LARGER * high or right[number] - left[number] >= 2 * LARGER * wide
    return high if larger else 0.0


def _digits(frame: np.ndarray, strength: np.ndarray, high: float) -> np.ndarray:
    """Return (h, w) bool: what is as high as a frame's digits once its pale pixels or its lines are off."""
    lines_off = without_ruled_lines(frame * np.uint8(255)) > 0
    found = np.zeros(frame.shape, bool)
    for left in (frame & (strength > STRONG), lines_off):
        _, labels, stats, _ = cv2.connectedComponentsWithStats(left.astype(np.uint8), connectivity=8)
        tall, wide = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
        kept = (tall >= AS_HIGH[0] * high) & (tall <= AS_HIGH[1] * high) & (wide <= AS_HIGH[1] * high)
        kept[0] = False
        found |= kept[labels]
    return found
