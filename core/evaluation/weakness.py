"""Which digit a model reads worst, and an image that shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Float32Array, UInt8Array

DIGITS = 10


@dataclass(frozen=True, eq=False)
class Weakness:
    """How often each digit is misread.

    Attributes
    ----------
    errors : (10,) float64
        The share of each digit's images that are misread, 0..1; 0 for a digit without images.
    digit : int
        The digit that is misread most often; the smallest of equals.
    example : int or None
        Position of the image of that digit that is misread most confidently; None where none is misread.
    read_as : int or None
        What it is misread as.
    """

    errors: np.ndarray
    digit: int
    example: int | None
    read_as: int | None


def weakness(labels: UInt8Array, probabilities: Float32Array) -> Weakness:
    """Find the digit that a model misreads most often.

    Parameters
    ----------
    labels : (n,) uint8
        What the images are.
    probabilities : (n, 10) float32
        What the model says of each.
    """
    read, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = read != labels
    counts = np.bincount(labels, minlength=DIGITS)
    errors = np.bincount(labels[wrong], minlength=DIGITS) / np.maximum(counts, 1)
    digit = int(errors.argmax())
    candidates = np.flatnonzero(wrong & (labels == digit))
    if not len(candidates):
        return Weakness(errors, digit, None, None)
    example = int(candidates[sure[candidates].argmax()])
    return Weakness(errors, digit, example, int(read[example]))
