"""Steps that learn from training rows: standardise and PCA, both as one affine map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import RecipeError

BLOCK = 4096


@dataclass(frozen=True)
class Affine:
    """A learned step: y = (x - mean) * scale, or y = (x - mean) @ matrix.

    Attributes
    ----------
    mean : (d,) float32
    scale : (d,) float32, optional
    matrix : (d, k) float32, optional
        One of the two is given.
    explained : (k,) float32, optional
        Share of the variance that each column of a PCA's matrix carries.
    """

    mean: np.ndarray
    matrix: np.ndarray | None = None
    scale: np.ndarray | None = None
    explained: np.ndarray | None = None

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Map (n, d) float32 to (n, d) or (n, k) float32; a row's result does not depend on the rows beside it."""
        if features.ndim != 2 or features.shape[1] != len(self.mean):
            raise RecipeError(
                f"The fitted step takes rows of {len(self.mean)} numbers; got an array of shape {features.shape}."
            )
        if self.matrix is None:
            return np.asarray((features - self.mean) * self.scale)
        result = np.empty((len(features), self.matrix.shape[1]), np.float32)
        for start in range(0, len(features), BLOCK):
            centred = features[start : start + BLOCK] - self.mean
            # One product a row: a product of all rows would round differently with their number.
            result[start : start + BLOCK] = np.matmul(centred[:, None, :], self.matrix)[:, 0]
        return result


def fit_standardise(features: np.ndarray, each: bool = True) -> Affine:
    """Learn the map to mean 0 and standard deviation 1; a number that never varies becomes 0.

    Parameters
    ----------
    features : (n, d) float32
        Training rows.
    each : bool
        Every column by its own mean and deviation, or all by the same two.
    """
    width = features.shape[1]
    mean, square = features.mean(axis=0, dtype=np.float64), np.empty(width)
    for start in range(0, width, 64):
        columns = features[:, start : start + 64].astype(np.float64) - mean[start : start + 64]
        square[start : start + 64] = (columns**2).mean(axis=0)
    if not each:
        overall = mean.mean()
        square = np.full(width, (square + (mean - overall) ** 2).mean())
        mean = np.full(width, overall)
    deviation = np.sqrt(square)
    varies = deviation > 1e-7
    scale = np.where(varies, 1 / np.where(varies, deviation, 1), 0)
    return Affine(mean.astype(np.float32), scale=scale.astype(np.float32))


def fit_pca(features: np.ndarray, n_components: int, whiten: bool = False) -> Affine:
    """Learn the directions of greatest variance, from the eigenvectors of the covariance.

    Parameters
    ----------
    features : (n, d) float32
        Training rows.
    n_components : int
        1 to min(n - 1, d).
    whiten : bool
        Scale every component to variance 1 (those without variance to 0).

    Raises
    ------
    RecipeError
        For more components than the rows can tell apart.
    """
    return principal_axes(features).pca(n_components, whiten)


@dataclass(frozen=True)
class PrincipalAxes:
    """All directions that a PCA can keep: learned once, for any number of components, whitened or not.

    Attributes
    ----------
    mean : (d,) float32
        Of the training rows.
    variances : (m,) float64
        Of the rows along each direction, the greatest first; m is min(n - 1, d).
    axes : (d, m) float64
        The directions, of length 1.
    total : float
        Variance of the rows in all directions.
    """

    mean: np.ndarray
    variances: np.ndarray
    axes: np.ndarray
    total: float

    def pca(self, n_components: int, whiten: bool = False) -> Affine:
        """Keep the first directions, as `fit_pca` does; raises RecipeError for more than there are."""
        self._check(n_components)
        kept, matrix = self.variances[:n_components], self.axes[:, :n_components]
        if whiten:
            varies = kept > 1e-7 * max(kept[0], 1e-12)
            matrix = matrix * np.where(varies, 1 / np.sqrt(np.where(varies, kept, 1)), 0)
        explained = (kept / max(self.total, 1e-12)).astype(np.float32)
        return Affine(self.mean, matrix=np.ascontiguousarray(matrix, np.float32), explained=explained)

    def _check(self, n_components: int) -> None:
        width, most = self.axes.shape
        if 1 <= n_components <= most:
            return
        few = f" PCA of {most + 1:,} images keeps at most {most}: train on more of them, or keep fewer."
        raise RecipeError(
            f"`n_components` must be between 1 and {most}; got {n_components}.{few if most < width else ''}"
        )


def principal_axes(features: np.ndarray) -> PrincipalAxes:
    """Learn the directions in which training rows (n, d) float32 vary, from the eigenvectors of their covariance."""
    n, width = features.shape
    most = max(1, min(n - 1, width))
    mean = features.mean(axis=0, dtype=np.float64).astype(np.float32)
    variances, directions = np.linalg.eigh(_covariance(features, mean))
    variances, directions = np.maximum(variances[::-1], 0), directions[:, ::-1]
    return PrincipalAxes(mean, variances[:most], _with_sign(directions[:, :most]), float(variances.sum()))


def _covariance(features: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return (d, d) float64, summed block by block: products in float32, the sum of blocks in float64."""
    total = np.zeros((features.shape[1], features.shape[1]))
    for start in range(0, len(features), BLOCK):
        centred = features[start : start + BLOCK] - mean
        total += centred.T @ centred
    return total / max(len(features) - 1, 1)


def _with_sign(directions: np.ndarray) -> np.ndarray:
    """Make the largest entry of every column positive, in place, as an eigenvector's sign is arbitrary."""
    largest = np.abs(directions).argmax(axis=0)
    directions *= np.sign(directions[largest, np.arange(directions.shape[1])])
    return directions
