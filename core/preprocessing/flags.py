"""The 1 as much of the world writes it, with an upstroke before its stem: hardly one in MNIST's American hands.

The upstroke is drawn onto training pictures of a 1, so that a model does not take every such stroke for the bar of a 7.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import UInt8Array
from core.preprocessing.pictures import centre

FLAGGED = 1
"""The digit that has flags."""

INK = 128
LENGTH = (0.2, 0.75)
"""Of the flag, as a share of the stem's height."""

ANGLE = (15.0, 55.0)
"""Between flag and stem, in degrees."""

FLATTEST = 72.0
"""Of the flag against the vertical, in degrees; flatter begins the bar of a 7."""

PEN = (1, 3)
"""Width of the flag's line in pixels; the line's soft edge adds about one."""

FINE = 4
"""Coordinates are rounded to 1 / 2**FINE of a pixel."""


def with_flags(images: UInt8Array, labels: UInt8Array, share: float, rng: np.random.Generator) -> UInt8Array:
    """Draw a flag of random length, slope and width at the top of some of the 1s.

    Parameters
    ----------
    images : (n, h, w) uint8
    labels : (n,) uint8
    share : float
        Probability of a flag for a picture of a 1, 0 to 1.
    rng : numpy.random.Generator

    Returns
    -------
    (n, h, w) uint8
        A new array, where pictures with a flag are centred by mass again; or `images` itself where none has one.
    """
    chosen = np.flatnonzero((labels == FLAGGED) & (rng.random(len(labels)) < share))
    if not len(chosen):
        return images
    varied = images.copy()
    varied[chosen] = centre(np.stack([_flagged(image, rng) for image in images[chosen]]))
    return varied


def _flagged(image: UInt8Array, rng: np.random.Generator) -> np.ndarray:
    """Draw one flag, from the top of the stem to the left and down."""
    rows, columns = np.nonzero(image >= INK)
    if not len(rows):
        return image
    top, height = rows.min(), np.ptp(rows) + 1
    start = np.array([columns[rows == top].mean(), top + 0.5])
    angle = min(_lean(image) + np.radians(rng.uniform(*ANGLE)), np.radians(FLATTEST))
    end = start + rng.uniform(*LENGTH) * height * np.array([-np.sin(angle), np.cos(angle)])
    first, last = np.rint(np.array([start, end]) * 2**FINE).astype(int).tolist()
    flag = np.zeros_like(image)
    cv2.line(flag, first, last, 255, int(rng.integers(*PEN, endpoint=True)), cv2.LINE_AA, FINE)
    return np.asarray(np.maximum(image, flag))


def _lean(image: UInt8Array) -> float:
    """Return how far the stem leans to the right of the vertical, in radians, by its moments."""
    of = cv2.moments(image)
    return float(np.arctan2(-of["mu11"], of["mu02"])) if of["mu02"] else 0.0
