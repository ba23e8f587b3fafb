"""The training images most like a picture, found in milliseconds."""

from __future__ import annotations

import numpy as np

from core.arrays import UInt8Array
from core.errors import ParameterError
from core.preprocessing.affine import principal_axes

COMPONENTS = 32
SHORTLIST = 300
CHUNK = 5_000
LEARNING = 10_000


class Neighbours:
    """Pictures to search among.

    The search is by few numbers, principal components of the pictures at half size (7 MB for 55,000 pictures); the
    300 that are nearest by these are then ordered by their distance pixel by pixel.

    Parameters
    ----------
    images : (n, 28, 28) uint8, n at least 1
        Kept, not copied.
    """

    def __init__(self, images: UInt8Array) -> None:
        if not len(images):
            raise ParameterError("`images` must hold at least 1 image; got 0.")
        self.images = images
        learning = halved(images[:: max(1, len(images) // LEARNING)])
        found = principal_axes(learning)
        self._mean, self._axes = found.mean, found.axes[:, :COMPONENTS].astype(np.float32)
        self._numbers = np.concatenate(
            [self._reduced(images[start : start + CHUNK]) for start in range(0, len(images), CHUNK)]
        )

    def _reduced(self, images: UInt8Array) -> np.ndarray:
        return np.asarray((halved(images) - self._mean) @ self._axes)

    def nearest(self, image: UInt8Array, count: int = 10) -> tuple[np.ndarray, np.ndarray]:
        """Find the pictures nearest to one.

        Parameters
        ----------
        image : (28, 28) uint8
        count : int
            1 to 300; fewer come back where there are not so many.

        Returns
        -------
        (count,) int64, (count,) float64
            Positions in `images`, the nearest first, and Euclidean distances; 1 is a pixel of full ink.
        """
        if not 1 <= count <= SHORTLIST:
            raise ParameterError(f"`count` must be between 1 and {SHORTLIST}; got {count}.")
        apart = ((self._numbers - self._reduced(image[None])) ** 2).sum(axis=1)
        shortlist = np.sort(np.argpartition(apart, min(SHORTLIST, len(apart)) - 1)[:SHORTLIST])
        differences = self.images[shortlist].astype(np.float64) - image
        distances = np.sqrt((differences**2).sum(axis=(1, 2))) / 255
        order = np.argsort(distances, kind="stable")[:count]
        return shortlist[order].astype(np.int64), distances[order]


def halved(images: np.ndarray) -> np.ndarray:
    """Return pictures (n, 28, 28) uint8 at half size as rows (n, 196) float32, 0 to 255."""
    wide = images.astype(np.float32)
    quarters = wide[:, ::2, ::2] + wide[:, 1::2, ::2] + wide[:, ::2, 1::2] + wide[:, 1::2, 1::2]
    return (quarters / 4).reshape(len(images), -1)
