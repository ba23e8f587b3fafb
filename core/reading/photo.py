"""A photo, scan or small picture to digits: ink, connected pieces, one MNIST-like picture a digit."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import UInt8Array
from core.errors import ImageError
from core.reading.ink import BLANK_PICTURE, INK, ONE_DIGIT, ink_of_picture
from core.reading.mnist_style import in_mnist_style
from core.reading.segments import FoundDigit, group_pieces, reading_order
from core.reading.strokes import SIZE
from core.reading.upload import open_picture

LONGEST = 1_600
MOST_DIGITS = 200
LOWEST = 6
"""A digit is at least this many pixels high."""

SPECK = 0.25
"""Pieces lower and narrower than this share of the typical digit's height are dust."""


def digits_of_photo(data: bytes) -> list[FoundDigit]:
    """Find the digits of a picture, line by line and from left to right.

    Parameters
    ----------
    data : bytes
        Content of an image file; see `open_picture`. A 28 x 28 picture in MNIST's own style is taken as it is.

    Returns
    -------
    list of FoundDigit
        At least one; boxes in pixels of the upright source.

    Raises
    ------
    ImageError
        When the file is no picture, or nothing is written on it.
    """
    picture, reduction = open_picture(data, LONGEST)
    if (mnist := _as_mnist(picture)) is not None:
        return [FoundDigit(mnist, (0, 0, SIZE, SIZE), 0)]
    ink = ink_of_picture(picture)
    labels, boxes = _pieces(ink)
    groups = [list(range(len(boxes)))] if max(picture.shape) <= ONE_DIGIT else group_pieces(boxes)
    digits = np.array([[*boxes[g][:, :2].min(axis=0), *boxes[g][:, 2:].max(axis=0)] for g in groups])
    found = []
    for line, members in enumerate(reading_order(digits)):
        for i in members:
            left, top, right, bottom = digits[i].astype(int)
            own = np.isin(labels[top:bottom, left:right], np.array(groups[i]) + 1)
            image = in_mnist_style(np.where(own, ink[top:bottom, left:right], 0).astype(np.uint8))
            box = np.round(np.array([left, top, right - left, bottom - top]) * reduction).astype(int)
            found.append(FoundDigit(image, tuple(box.tolist()), line))
    return found


def _as_mnist(picture: UInt8Array) -> np.ndarray | None:
    """Return a 28 x 28 picture on a black or a white border as it is, in white ink; None for any other."""
    if picture.shape != (SIZE, SIZE):
        return None
    border = np.median(np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]))
    image = 255 - picture if border == 255 else picture
    return image if border in (0, 255) and image.max() > 127 else None


def _pieces(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (h, w) int32 of the pieces 1..n without dust, and boxes (n, 4): left, top, right, bottom."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink > INK).astype(np.uint8), connectivity=8)
    x, y, width, height, _ = stats[1:].T
    if count < 2 or height.max() < LOWEST:
        raise ImageError(BLANK_PICTURE)
    kept = np.flatnonzero(np.maximum(width, height) >= SPECK * np.median(np.sort(height)[-max(1, len(height) // 3) :]))
    if len(kept) > MOST_DIGITS:
        raise ImageError(f"An image can have up to {MOST_DIGITS} digits; this one has {len(kept)} pieces.")
    renumber = np.zeros(count, np.int32)
    renumber[kept + 1] = np.arange(1, len(kept) + 1)
    boxes = np.column_stack([x, y, x + width, y + height])[kept].astype(float)
    return renumber[labels], boxes
