"""Maps of digits in the plane: where the images lie, and where one goes that was not there when a map was made."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from core.preprocessing.affine import principal_axes

COMPONENTS = 50
NEIGHBOURS = 10


class Plane(Protocol):
    """Places of n images, and a way to place others.

    Attributes
    ----------
    places : (n, 2) float32
    """

    places: np.ndarray

    def place(self, rows: np.ndarray) -> np.ndarray:
        """Return the places (m, 2) float32 of other images, by their features (m, d) float32."""


class PrincipalPlane:
    """The plane in which rows (n, d) float32 vary most; other rows are projected on it, which is exact.

    Attributes
    ----------
    places : (n, 2) float32
    share : float
        Of the variance that the plane shows, 0 to 1.
    """

    def __init__(self, rows: np.ndarray) -> None:
        axes = principal_axes(rows)
        self.share = float(axes.variances[:2].sum() / max(axes.total, 1e-12))
        self._project = axes.pca(2)
        self.places = self.place(rows)

    def place(self, rows: np.ndarray) -> np.ndarray:
        """Return the places (m, 2) float32 of rows (m, d) float32."""
        return np.asarray(self._project(rows))


class NeighbourPlane:
    """A layout without a formula, such as t-SNE's; other rows go between their ten nearest, an estimate.

    The weight of each is one over its squared distance, in up to 50 principal components of the rows: inverse distance
    weighting, Shepard, "A two-dimensional interpolation function for irregularly-spaced data" (1968).

    Parameters
    ----------
    rows : (n, d) float32, n at least 1
        Features of the images on the map.
    places : (n, 2) float32
    """

    def __init__(self, rows: np.ndarray, places: np.ndarray) -> None:
        self._project = principal_axes(rows).pca(min(COMPONENTS, rows.shape[1], max(1, len(rows) - 1)))
        self._rows, self.places = self._project(rows), places

    def place(self, rows: np.ndarray) -> np.ndarray:
        """Return the places (m, 2) float32 of rows (m, d) float32."""
        differences = self._project(rows)[:, None, :] - self._rows[None]  # (m, n, k)
        apart = (differences**2).sum(axis=2)
        nearest = np.argsort(apart, axis=1, kind="stable")[:, :NEIGHBOURS]
        weights = 1 / np.maximum(np.take_along_axis(apart, nearest, axis=1), 1e-9)
        weights /= weights.sum(axis=1, keepdims=True)
        return np.asarray((weights[:, :, None] * self.places[nearest]).sum(axis=1), np.float32)
