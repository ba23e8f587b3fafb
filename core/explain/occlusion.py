"""Which parts of a picture a model's answer hangs on: cover each in turn, and see how its probability falls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.arrays import UInt8Array
from core.errors import ParameterError

SIDE = 28
SQUARE = 6
STEP = 2

Predict = Callable[[np.ndarray], np.ndarray]
"""Pictures (n, 28, 28) uint8 to probabilities (n, 10)."""


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What covering parts of a picture did; made by `occlusion`.

    Attributes
    ----------
    digit : int
        Whose probability was watched.
    probability : float
        Of that digit in the whole picture, 0 to 1.
    fall : (28, 28) float32
        By how much the probability falls, the mean of the squares that cover a pixel; -1 to 1, 0 where there is no ink
        to cover. Below 0, covering makes the model surer.
    worst : tuple of int
        Row and column of the upper left corner of the square that costs most.
    worst_fall : float
        What that square costs.
    worst_digit : int
        What is read with that square covered.
    """

    digit: int
    probability: float
    fall: np.ndarray
    worst: tuple[int, int]
    worst_fall: float
    worst_digit: int


def occlusion(predict: Predict, image: UInt8Array, digit: int | None = None, *, square: int = SQUARE) -> Occlusion:
    """Cover squares of a picture with background, and ask the model about all of them at once.

    Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks", section 4.2. Squares without ink
    are left out, as covering them changes nothing.

    Parameters
    ----------
    predict : callable
        Of the model; called once.
    image : (28, 28) uint8
    digit : int, optional
        Whose probability to watch; the one that is read if not said.
    square : int
        Side of a square in pixels, 1 to 28; squares lie 2 pixels apart.

    Raises
    ------
    ParameterError
        `square` is out of range.
    """
    if not 1 <= square <= SIDE:
        raise ParameterError(f"`square` must be between 1 and {SIDE}; got {square}.")
    corners, pictures = covered(image, square)
    rows = np.asarray(predict(np.concatenate([image[None], pictures])), np.float64)
    watched = int(rows[0].argmax()) if digit is None else digit
    falls = rows[0, watched] - rows[1:, watched]
    worst = int(falls.argmax()) if len(falls) else -1
    return Occlusion(
        digit=watched,
        probability=float(rows[0, watched]),
        fall=spread(corners, falls, square),
        worst=(int(corners[worst][0]), int(corners[worst][1])) if len(falls) else (0, 0),
        worst_fall=float(falls[worst]) if len(falls) else 0.0,
        worst_digit=int(rows[worst + 1].argmax()),
    )


def covered(image: UInt8Array, square: int = SQUARE) -> tuple[np.ndarray, np.ndarray]:
    """Cover each square that holds ink: upper left corners (k, 2) int64, and pictures (k, 28, 28) uint8."""
    last = SIDE - square
    starts = sorted({*range(0, last + 1, STEP), last})
    corners = [(row, column) for row in starts for column in starts if _inked(image, row, column, square)]
    pictures = np.repeat(image[None], len(corners), axis=0)
    for picture, (row, column) in zip(pictures, corners, strict=True):
        picture[row : row + square, column : column + square] = 0
    return np.array(corners, np.int64).reshape(-1, 2), pictures


def _inked(image: UInt8Array, row: int, column: int, square: int) -> bool:
    return bool(image[row : row + square, column : column + square].any())


def spread(corners: np.ndarray, falls: np.ndarray, square: int) -> np.ndarray:
    """Give each pixel the mean of the squares over it that held ink, (28, 28) float32; 0 where there is none."""
    total, squares = np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE))
    for (row, column), fall in zip(corners, falls, strict=True):
        total[row : row + square, column : column + square] += fall
        squares[row : row + square, column : column + square] += 1
    return (total / np.maximum(squares, 1)).astype(np.float32)
