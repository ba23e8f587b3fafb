"""The paper of a picture: its colour where it is one colour, its changing light where it is a photo."""

from __future__ import annotations

import cv2
import numpy as np

SMALL = 400
"""Paper changes slowly: it is estimated on a picture whose longer side has at most this many pixels."""

EVEN, MOSTLY = 20, 0.6
"""The paper has one colour when this share of the border, or of the picture, lies within so many grey levels of it."""

WINDOW = 6.0
"""Widths of a stroke that a window must span for most of it to be paper."""


def paper_colour(picture: np.ndarray) -> np.ndarray | None:
    """Return the colour (3,) uint8 of the paper at the border of a picture (h, w, 3) uint8; None where uneven."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    step = max(1, max(picture.shape) // 200)
    for pixels in (
        border,
        picture[::step, ::step].reshape(-1, 3),
    ):  # where ink reaches the border, the whole picture tells
        shades = (pixels >> 4).astype(np.int32) @ np.array([256, 16, 1])
        colour = np.median(pixels[shades == np.bincount(shades).argmax()], axis=0)
        if (np.abs(pixels.astype(np.int16) - colour).max(axis=1) <= EVEN).mean() >= MOSTLY:
            return np.asarray(colour, np.uint8)
    return None


def paper_light(picture: np.ndarray, stroke: float | None) -> np.ndarray:
    """Return the picture without its ink: a median over a window wider than two strokes, narrower than a shadow.

    Parameters
    ----------
    picture : ndarray
        (h, w, 3) uint8.
    stroke : float or None
        Width of a stroke in pixels, where it was measured; a third of the picture is the window otherwise.

    Returns
    -------
    ndarray
        (h, w, 3) uint8.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, SMALL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    third = max(size) // 3
    window = third if stroke is None else int(np.clip(WINDOW * stroke * scale, 9, third))
    window = max(3, window | 1)
    margin = window // 2
    padded = cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_REFLECT)
    paper = cv2.medianBlur(padded, window)[margin : margin + size[1], margin : margin + size[0]]
    return cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
