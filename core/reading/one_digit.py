"""A picture that is known to show one digit, as its label says, in MNIST's style."""

from __future__ import annotations

import numpy as np

from core.data.exports import png
from core.errors import ImageError
from core.reading.advice import advice
from core.reading.ink import inks
from core.reading.mnist_style import in_mnist_style
from core.reading.picture import BLANK_PICTURE, LONGEST
from core.reading.pieces import find_pieces
from core.reading.pixels import as_mnist, without_enlargement
from core.reading.strokes import SIZE
from core.reading.upload import open_picture

SMALL = 64
"""Pictures of up to so many pixels a side are often cut close around their digit."""

DARKEST_BORDER = 48
"""MNIST's own pictures have a border that is darker than this of 255, in the median."""


def in_mnist_style_already(pictures: np.ndarray) -> np.ndarray:
    """Say of each of some pictures (n, h, w) uint8 whether it is 28 x 28 with bright ink inside a dark border."""
    if pictures.shape[1:] != (SIZE, SIZE):
        return np.zeros(len(pictures), bool)
    edges = (pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1])
    return np.asarray(np.median(np.concatenate(edges, axis=1), axis=1) < DARKEST_BORDER)


def _with_margin(picture: np.ndarray) -> np.ndarray:
    """Give a small picture (h, w, 3) a margin of its own paper, as its digit may fill it to the edges."""
    shade = np.percentile(picture, 10 if picture.mean() < 128 else 90)
    width = max(2, max(picture.shape[:2]) // 4)
    return np.asarray(np.pad(picture, ((width, width), (width, width), (0, 0)), constant_values=int(shade)), np.uint8)


def one_digit(picture: np.ndarray | bytes) -> np.ndarray:
    """Bring the one digit of a picture into MNIST's style: all its ink but dust, whatever it looks like.

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
    colours, _ = open_picture(picture if isinstance(picture, bytes) else png(picture), LONGEST)
    colours, _ = without_enlargement(colours)
    if (image := as_mnist(colours)) is not None:
        return image
    for ink in inks(_with_margin(colours) if max(colours.shape[:2]) <= SMALL else colours):
        pieces = find_pieces(ink)
        if len(pieces):
            return in_mnist_style(np.where(pieces.labels > 0, ink.strength, 0).astype(np.uint8))
    raise ImageError(f"{BLANK_PICTURE} {advice(colours)}")
