"""Numbers of any type as grey levels, and whatever stands for a digit as a label."""

from __future__ import annotations

import math

import numpy as np

from core.data.files.batch import NoPicturesError
from core.errors import FileError

SMALLEST_SIDE, LARGEST_SIDE = 8, 1_600
CLASSES = 10
MNIST_PIXELS = 784
QMNIST_COLUMNS = 8
"""QMNIST's label files have eight columns, of which the first is the digit (github.com/facebookresearch/qmnist)."""


def picture_shape(shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Return (n, height, width) of an array that can hold pictures; None for any other.

    Taken are (n, h, w), (n, h, w, 1), (n, 1, h, w), (n, side * side), and (h, w) as one picture where its width is no
    square, or is its height; 784 rows of 784 are pictures of 28 x 28.
    """
    if len(shape) == 4 and 1 in (shape[1], shape[3]):
        shape = (shape[0], shape[2], shape[3]) if shape[1] == 1 else shape[:3]
    if len(shape) == 2:
        side = math.isqrt(shape[1])
        single = side * side != shape[1] or side < SMALLEST_SIDE or (shape[0] == shape[1] != MNIST_PIXELS)
        shape = (1, *shape) if single else (shape[0], side, side)
    if len(shape) != 3 or not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in shape[1:]):
        return None
    return (shape[0], shape[1], shape[2])


def grey_scale(low: float, high: float, source: str) -> tuple[float, float]:
    """Find (factor, offset) that turn stored values into 0 to 255: those of 0..255, 0..1, -1..1 or 0..16.

    Raises
    ------
    FileError
        For numbers in any other range, or that are not finite.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise FileError(f"{source} holds values that are not numbers (NaN) or infinite.")
    if low >= 0 and high <= 1:
        return 255.0, 0.0
    if low >= -1 and high <= 1:
        return 127.5, 127.5
    if low >= 0 and high <= 16:
        return 255 / 16, 0.0
    if low >= 0 and high <= 255:
        return 1.0, 0.0
    raise FileError(f"{source} holds values from {low:g} to {high:g}; grey levels lie between 0 and 255, or 0 and 1.")


def as_grey(values: np.ndarray, scale: tuple[float, float]) -> np.ndarray:
    """Turn stored values into uint8 by a scale of `grey_scale`."""
    if scale == (1.0, 0.0) and values.dtype == np.uint8:
        return values
    factor, offset = scale
    return np.asarray(np.rint(values.astype(np.float32) * np.float32(factor) + np.float32(offset)).astype(np.uint8))


def pictures_of(array: np.ndarray, source: str) -> np.ndarray:
    """Return pictures (n, h, w) uint8 of an array of numbers.

    Raises
    ------
    NoPicturesError
        Its shape is not that of pictures.
    FileError
        Its values are no grey levels.
    """
    shape = picture_shape(array.shape)
    if shape is None or array.dtype.kind not in "buif":
        raise NoPicturesError(f"{source} is not an array of pictures: it has the shape {array.shape} ({array.dtype}).")
    pictures = array.reshape(shape)
    if not pictures.size:
        return pictures.astype(np.uint8)
    return as_grey(pictures, grey_scale(float(pictures.min()), float(pictures.max()), source))


def could_be_labels(shape: tuple[int, ...]) -> bool:
    """Return whether an array of this shape can hold labels: one, ten (one-hot) or QMNIST's eight numbers an image."""
    return len(shape) == 1 or (len(shape) == 2 and shape[1] in (1, QMNIST_COLUMNS, CLASSES))


def labels_of(values: np.ndarray, source: str, first_row: int = 0) -> np.ndarray:
    """Return labels (n,) uint8 of numbers, texts or one-hot rows.

    Raises
    ------
    FileError
        For what is no digit from 0 to 9; names the row, counted from 1, and the value.
    """
    if values.ndim == 2:
        values = values.argmax(axis=1) if values.shape[1] == CLASSES else values[:, 0]
    numbers = _numbers(values)
    wrong = ~np.isin(numbers, np.arange(CLASSES))
    if wrong.any():
        row = int(np.argmax(wrong))
        kinds = len(set(map(str, values.tolist())))
        raise FileError(
            f"{source}: labels must be the digits 0 to 9; row {first_row + row + 1:,} has {str(values[row])[:40]!r} "
            f"({kinds:,} different labels in all that was read)."
        )
    return numbers.astype(np.uint8)


def _numbers(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind in "buif":
        return values.astype(np.float64)
    return np.array([_number(value) for value in values.tolist()], np.float64)


def _number(value: object) -> float:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    try:
        return float(text)
    except ValueError:
        return math.nan
