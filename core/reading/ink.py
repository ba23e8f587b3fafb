"""How much ink lies on each pixel of a photo: paper flattened, ruled lines taken away."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import UInt8Array
from core.errors import ImageError
from core.reading.ruled_paper import without_ruled_lines

FAINTEST = 24
"""Ink differs from its paper by at least this many of 255 grey levels."""

ONE_DIGIT = 64
"""A picture whose sides have at most this many pixels shows one digit."""

INK = 110
"""From this value on a pixel of the ink picture is written on: a little under half of full ink, for thin strokes."""

BLANK_PICTURE = "No digit was found in the image: use a darker pen, or move the camera closer."


def ink_of_picture(picture: np.ndarray) -> UInt8Array:
    """Separate ink from paper, dark on light or light on dark.

    Parameters
    ----------
    picture : ndarray
        (h, w) uint8, 0 black to 255 white.

    Returns
    -------
    ndarray
        (h, w) uint8: 0 paper to 255 ink, in uneven light too.

    Raises
    ------
    ImageError
        When nothing on the picture stands out from the paper.
    """
    difference = _paper(picture).astype(np.int16) - picture
    dark, light = np.clip(difference, 0, 255), np.clip(-difference, 0, 255)
    strength = (dark if (dark.astype(float) ** 2).sum() >= (light.astype(float) ** 2).sum() else light).astype(np.uint8)
    with_lines = _scaled(strength)
    written = without_ruled_lines(np.where(with_lines > INK, 255, 0).astype(np.uint8))
    return _scaled(np.where((with_lines > INK) & (written == 0), 0, strength).astype(np.uint8))


def _scaled(strength: np.ndarray) -> np.ndarray:
    return np.clip(strength * (255.0 / _full_ink(strength)), 0, 255).astype(np.uint8)


def _paper(picture: UInt8Array) -> np.ndarray:
    """Return the picture without its ink: a median over a window wider than two strokes, narrower than a shadow."""
    height, width = picture.shape
    scale = min(1.0, 200 / max(height, width))
    small = cv2.resize(
        picture, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    window = max(3, max(small.shape) // (2 if max(height, width) <= ONE_DIGIT else 3) | 1)
    return cv2.resize(cv2.medianBlur(small, window), (width, height), interpolation=cv2.INTER_LINEAR)


def _full_ink(strength: np.ndarray) -> float:
    """Return grey levels between the paper and the middle of a stroke."""
    threshold, _ = cv2.threshold(strength, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    marked = strength[strength > max(threshold, 1)]
    full = float(np.percentile(marked, 75)) if len(marked) else 0.0
    if full < FAINTEST:
        raise ImageError(BLANK_PICTURE)
    return full
