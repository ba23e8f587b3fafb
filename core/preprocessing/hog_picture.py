"""Oriented gradients as a picture: in each cell lines along the directions of its strokes, as bright as strong."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import UInt8Array

SIDE = 24
"""Pixels of a cell."""


def hog_picture(row: np.ndarray, orientations: int, *, signed: bool) -> UInt8Array:
    """Draw what `hog` makes of one square picture.

    A line runs along the stroke, which is across the gradient. Opposite directions of a signed histogram are the two
    sides of a stroke and share a line.

    Parameters
    ----------
    row : (cells * cells * orientations,) float32
    orientations : int
        Directions told apart.
    signed : bool
        Whether these go all the way round, not half.

    Returns
    -------
    (24 * cells, 24 * cells) uint8
    """
    cells = round((len(row) / orientations) ** 0.5)
    values = row.reshape(cells, orientations, cells).transpose(0, 2, 1)  # (rows, columns, orientations)
    picture = np.zeros((SIDE * cells, SIDE * cells), np.float32)
    for position in range(orientations):
        along = (2 if signed else 1) * np.pi * position / orientations + np.pi / 2
        glyph = _line(along)
        picture += np.kron(values[:, :, position], glyph).astype(np.float32)
    share = picture / max(float(picture.max()), 1e-9)
    return np.asarray(np.rint(255 * np.sqrt(share)), np.uint8)  # the root, so that weak edges are seen too


def _line(angle: float) -> np.ndarray:
    """Return a line through the middle of a cell, (24, 24) float32 from 0 to 1; angles run from x to y."""
    cell, middle = np.zeros((SIDE, SIDE), np.uint8), SIDE / 2
    ends = [(round(middle + way * np.cos(angle)), round(middle + way * np.sin(angle))) for way in (-middle, middle)]
    cv2.line(cell, ends[0], ends[1], 255, 2, cv2.LINE_AA)
    return cell.astype(np.float32) / 255
