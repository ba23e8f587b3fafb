"""A picture that is known to show one digit, as its label says, in MNIST's style."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import UInt8Array
from core.data.exports import png
from core.reading.ink import ONE_DIGIT
from core.reading.photo import digits_of_photo
from core.reading.strokes import SIZE
from core.reading.upload import open_picture

DARKEST_BORDER = 48
"""MNIST's own pictures have a border that is darker than this of 255, in the median."""

ENLARGED, MARGIN = 4, 20


def in_mnist_style_already(pictures: UInt8Array) -> np.ndarray:
    """Say of each of some pictures (n, h, w) uint8 whether it is 28 x 28 with bright ink inside a dark border."""
    if pictures.shape[1:] != (SIZE, SIZE):
        return np.zeros(len(pictures), bool)
    edges = (pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1])
    return np.asarray(np.median(np.concatenate(edges, axis=1), axis=1) < DARKEST_BORDER)


def one_digit(picture: np.ndarray | bytes) -> UInt8Array:
    """Read the one digit of a picture through the path that uploads take.

    Parameters
    ----------
    picture : ndarray (h, w) uint8, or bytes
        Grey levels, ink dark or bright; or the content of an image file.

    Returns
    -------
    ndarray (28, 28) uint8

    Raises
    ------
    ImageError
        It is no picture, or nothing is written on it.
    """
    content = picture if isinstance(picture, bytes) else png(picture)
    small, reduction = open_picture(content, ONE_DIGIT)
    content = content if reduction > 1 else png(_enlarged(small))
    found = digits_of_photo(content)
    if len(found) > 1:  # its strokes lie apart, or something else is on it; a small picture is read as one digit
        found = digits_of_photo(png(open_picture(content, ONE_DIGIT)[0]))
    return max(found, key=lambda digit: digit.box[2] * digit.box[3]).image


def _enlarged(picture: UInt8Array) -> np.ndarray:
    """Return enlarge what is smaller than a person would send, with a margin of its own paper."""
    large = cv2.resize(picture, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_LINEAR)
    paper = int(np.median(np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])))
    return cv2.copyMakeBorder(large, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=(paper,))
