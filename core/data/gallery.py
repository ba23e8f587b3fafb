"""What there is to see in a data set: counts, mean digits, ink, typical and unusual examples, duplicates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd

from core.arrays import Float32Array, Float64Array, UInt8Array
from core.data.dataset import CLASSES, Dataset, Split
from core.errors import ParameterError
from core.preprocessing.affine import fit_pca

SPLITS = ("train", "validation", "test")
ORDERS = ("in data set order", "most typical first", "most unusual first")
TYPICALITY_COMPONENTS = 20


@dataclass(frozen=True, eq=False)
class Examples:
    """Positions in a split, the most typical and the most unusual first, with all distances of that digit.

    Attributes
    ----------
    typical, unusual : ndarray (k,) int64
    positions : ndarray (n,) int64
        Every image of the digit.
    distances : ndarray (n,) float64
        How far each of `positions` is from the digit's mean, in standard deviations (Mahalanobis).
    """

    typical: np.ndarray
    unusual: np.ndarray
    positions: np.ndarray
    distances: np.ndarray


def class_counts(dataset: Dataset) -> pd.DataFrame:
    """Count the images of each digit: columns split, digit, images, share (of the split, 0 to 1)."""
    rows = []
    for name in SPLITS:
        split: Split = getattr(dataset, name)
        counts = np.bincount(split.labels, minlength=CLASSES)
        rows += [(name, digit, int(n), n / len(split)) for digit, n in enumerate(counts)]
    return pd.DataFrame(rows, columns=["split", "digit", "images", "share"])


def mean_images(split: Split) -> Float32Array:
    """Return average the images of each digit: (10, 28, 28) float32, 0 to 255; black where a digit has no image."""
    return _per_digit(split, lambda images: images.mean(axis=0, dtype=np.float64))


def variance_images(split: Split) -> Float32Array:
    """Return variance of each pixel within each digit: (10, 28, 28) float32, 0 to 127.5 squared."""
    return _per_digit(split, lambda images: images.var(axis=0, dtype=np.float64))


def intensity_histogram(images: UInt8Array, bins: int = 16) -> pd.DataFrame:
    """Count pixels by how much ink they hold.

    Parameters
    ----------
    images : ndarray (n, 28, 28) uint8
    bins : int
        2 to 256; all but the last are equally wide.

    Returns
    -------
    DataFrame
        low, high (grey levels, both included), pixels, share (0 to 1).
    """
    if not 2 <= bins <= 256:
        raise ParameterError(f"`bins` must be between 2 and 256; got {bins}.")
    levels = _levels(images)
    edges = np.arange(bins + 1) * 256 // bins
    pixels = np.add.reduceat(levels, edges[:-1])
    return pd.DataFrame(
        {"low": edges[:-1], "high": edges[1:] - 1, "pixels": pixels, "share": pixels / max(1, pixels.sum())}
    )


def _levels(images: np.ndarray) -> Float32Array:
    """Return pixels of each of the 256 grey levels, in parts that OpenCV's float32 counts hold exactly."""
    parts = [images[start : start + 10_000] for start in range(0, len(images), 10_000)]
    counts = [cv2.calcHist([part.reshape(-1, 28)], [0], None, [256], [0, 256]).ravel() for part in parts]
    return np.asarray(np.sum([np.zeros(256), *counts], axis=0), np.int64)


def positions(split: Split, digit: int | None = None, order: str = ORDERS[0]) -> np.ndarray:
    """Return where a digit's images are in the split, in one of `ORDERS`; all images, as they come, without a digit.

    Raises
    ------
    ParameterError
        For another order, or one that only a digit's images have.
    """
    if order not in ORDERS:
        raise ParameterError(f"`order` must be one of {', '.join(ORDERS)}; got {order}.")
    if digit is None and order != ORDERS[0]:
        raise ParameterError(f"`order` {order} needs a digit: it sorts by the distance from the mean of that digit.")
    if digit is None:
        return np.arange(len(split))
    if order == ORDERS[0]:
        return np.flatnonzero(split.labels == digit)
    typical = examples(split, digit, count=len(split)).typical
    return typical if order == ORDERS[1] else typical[::-1]


def examples(split: Split, digit: int, count: int = 10) -> Examples:
    """Find the digit's most typical and most unusual images, by distance from its mean in PCA space.

    Parameters
    ----------
    split : Split
    digit : int
        0 to 9.
    count : int
        How many of each to give.

    Raises
    ------
    ParameterError
        The split has fewer than two images of that digit.
    """
    own = np.flatnonzero(split.labels == digit)
    if len(own) < 2:
        raise ParameterError(f"`digit` must have at least two images; {digit} has {len(own)}.")
    distances = pca_distances(split.images[own])
    order = np.argsort(distances, kind="stable")
    return Examples(own[order[:count]], own[order[::-1][:count]], own, distances)


def pca_distances(images: UInt8Array, n_components: int = TYPICALITY_COMPONENTS) -> Float64Array:
    """Return Mahalanobis distance of each image from their mean in the space of their first principal components.

    The components are those of the pictures at half size, 14 x 14, which are as good for this and sixteen times faster.

    Parameters
    ----------
    images : ndarray (n, 28, 28) uint8, n >= 2
    n_components : int
        At most; components without variance are left out.

    Returns
    -------
    ndarray (n,) float64
    """
    wide = images.astype(np.float32)
    halves = (wide[:, ::2, ::2] + wide[:, 1::2, ::2] + wide[:, ::2, 1::2] + wide[:, 1::2, 1::2]) / 4
    rows = halves.reshape(len(images), -1)
    whitened = fit_pca(rows, min(n_components, len(images) - 1), whiten=True)(rows)
    return np.asarray(np.sqrt((whitened.astype(np.float64) ** 2).sum(axis=1)))


def duplicates(dataset: Dataset) -> pd.DataFrame:
    """Find test images that also train or validate, pixel for pixel: columns split, position, test_position."""
    where: dict[bytes, list[int]] = {}
    for position, image in enumerate(dataset.test.images):
        where.setdefault(image.tobytes(), []).append(position)
    rows = [
        (name, position, test_position)
        for name in ("train", "validation")
        for position, image in enumerate(getattr(dataset, name).images)
        for test_position in where.get(image.tobytes(), ())
    ]
    return pd.DataFrame(rows, columns=["split", "position", "test_position"])


def _per_digit(split: Split, statistic: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    pictures = np.zeros((CLASSES, 28, 28), np.float32)
    for digit in np.unique(split.labels):
        pictures[digit] = statistic(split.images[split.labels == digit])
    return pictures
