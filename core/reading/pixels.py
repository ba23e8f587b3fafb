"""Pictures of whole pixels: those enlarged by repeating pixels, and those in MNIST's own style."""

from __future__ import annotations

import numpy as np

SIZE, BOX = 28, (17, 21)
"""Side of an MNIST picture, and the lengths that the longer side of its ink has."""

FARTHEST = 1.5
"""Pixels that MNIST's centre of mass lies from the middle, at most."""


def without_enlargement(picture: np.ndarray) -> tuple[np.ndarray, int]:
    """Undo an enlargement by repeated pixels, (h, w, 3) uint8, and tell its factor: 1 where there was none."""
    factor = np.gcd(_repeats(picture), _repeats(picture.swapaxes(0, 1)))
    while factor > 1 and min(picture.shape[:2]) // factor < 8:
        factor = 1
    return picture[::factor, ::factor], int(factor)


def _repeats(picture: np.ndarray) -> int:
    """Return how often each row is repeated: the greatest common divisor of the places where rows change."""
    changes = np.flatnonzero((picture[1:] != picture[:-1]).any(axis=(1, 2))) + 1
    return int(np.gcd.reduce(np.append(changes, len(picture))))


def as_mnist(picture: np.ndarray) -> np.ndarray | None:
    """Return a picture (28, 28, 3) uint8 in MNIST's own style as (28, 28) uint8, bright ink; None for others."""
    if picture.shape[:2] != (SIZE, SIZE) or (picture != picture[..., :1]).any():
        return None
    grey = picture[..., 0]
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    image = 255 - grey if paper == 255 else grey
    if paper not in (0, 255) or image.max() < 128 or (border == paper).mean() < 0.8:
        return None
    rows, columns = np.nonzero(image)
    longer = max(np.ptp(rows), np.ptp(columns)) + 1
    weight = image[rows, columns].astype(float)
    middle = np.array([np.average(rows, weights=weight), np.average(columns, weights=weight)])
    far = np.abs(middle - (SIZE - 1) / 2).max()
    return image if BOX[0] <= longer <= BOX[1] and far <= FARTHEST else None
