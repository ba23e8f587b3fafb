"""Measured attributes of pictures: slant, stroke width, size, ink, loops, position, distance from the class mean."""

from __future__ import annotations

import cv2
import numpy as np
import pandas as pd

from core.arrays import Float64Array, UInt8Array
from core.data.dataset import CLASSES
from core.preprocessing.pictures import moments
from core.preprocessing.thickness import stroke_widths

HALF_INK = 128
SMALLEST_LOOP = 3
"""Pixels; a smaller hole in a stroke is noise."""

FIRST_HALF = 5_000
SOURCES = ("NIST's training set", "NIST's test set")
"""Where the first and the last 5,000 test images come from (LeCun, Cortes, Burges, "The MNIST database": the first half
is cleaner and easier than the second)."""


def attributes(images: UInt8Array, labels: UInt8Array) -> pd.DataFrame:
    """Measure every picture.

    Parameters
    ----------
    images : (n, 28, 28) uint8
        0 black to 255 ink.
    labels : (n,) uint8
        What they show, 0 to 9.

    Returns
    -------
    DataFrame
        One row a picture. `slant`: degrees from the vertical, above 0 to the right. `stroke_width`, `height` and
        `width`: pixels. `ink`: pixels of full ink. `loops`: enclosed areas. `shift_x`, `shift_y`: pixels from the
        picture's middle to the centre of mass, to the right and down. `distance`: Euclidean distance of the pixels from
        the class mean; 1 is the average of the class.
    """
    mass, x, y, _, xy, yy = moments(images)
    middle = np.array(images.shape[1:]) / 2  # the pixel at which MNIST puts the centre of mass
    height, width = _sizes(images)
    return pd.DataFrame(
        {
            "slant": np.degrees(np.arctan2(-xy, np.maximum(yy, 1e-9))),
            "stroke_width": stroke_widths(images),
            "height": height,
            "width": width,
            "ink": mass / 255,
            "loops": np.array([_loops(image) for image in images], np.int64),
            "shift_x": x - middle[1],
            "shift_y": y - middle[0],
            "distance": class_distances(images, labels),
        }
    )


def class_distances(images: UInt8Array, labels: UInt8Array) -> Float64Array:
    """Return each picture's distance from the mean of its class, over the mean distance in the class; (n,) float64."""
    distances = np.ones(len(labels))
    for digit in range(CLASSES):
        own = np.flatnonzero(labels == digit)
        if len(own) > 1:
            pixels = images[own].reshape(len(own), -1).astype(np.float32)
            apart = np.linalg.norm(pixels - pixels.mean(axis=0), axis=1).astype(np.float64)
            distances[own] = apart / max(float(apart.mean()), 1e-9)
    return distances


def _sizes(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return height and width of the box around pixels of at least half ink, (n,) int64 each; 0 without any."""
    ink: np.ndarray = np.asarray(images >= HALF_INK)
    extents = []
    for axis in (2, 1):
        lines = np.any(ink, axis=axis)
        first, last = lines.argmax(axis=1), lines.shape[1] - lines[:, ::-1].argmax(axis=1)
        extents.append(np.where(lines.any(axis=1), last - first, 0))
    return extents[0], extents[1]


def _loops(image: np.ndarray) -> int:
    ground = np.pad((image < HALF_INK).astype(np.uint8), 1, constant_values=1)
    *_, areas, _ = cv2.connectedComponentsWithStats(ground, connectivity=4)
    return int((areas[1:, cv2.CC_STAT_AREA] >= SMALLEST_LOOP).sum()) - 1  # the ground around the digit is none
