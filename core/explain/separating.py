"""Which parts of two digits a model tells them apart by: cover ink of both, and see how their odds change."""

from __future__ import annotations

import numpy as np

from core.arrays import Float32Array, UInt8Array
from core.explain.occlusion import Predict, covered, spread

SQUARE = 5
FAINT = 1e-6
"""Probabilities are taken as at least this, so that a certain model does not outweigh the others."""


def log_odds(probabilities: np.ndarray, first: int, second: int) -> np.ndarray:
    """Return log(p of `second` / p of `first`), (n,) float64, of probabilities (n, 10)."""
    pair = np.log(np.maximum(probabilities[:, [first, second]].astype(np.float64), FAINT))
    return np.asarray(pair[:, 1] - pair[:, 0])


def separating(predict: Predict, images: UInt8Array, first: int, second: int) -> Float32Array:
    """Return what ink at each place says, the mean of some images: for `second` above 0, for `first` below.

    Each square of 5 x 5 pixels that holds ink is covered in turn, as in `core.explain.occlusion`. Where the log odds of
    `second` against `first` fall, the ink spoke for `second`.

    Parameters
    ----------
    predict : callable
        Of the model; called once.
    images : (n, 28, 28) uint8
        Of both digits, at least one.

    Returns
    -------
    (28, 28) float32
        In nats; 0 where no image has ink.
    """
    parts = [covered(image, SQUARE) for image in images]
    odds = log_odds(predict(np.concatenate([images, *(pictures for _, pictures in parts)])), first, second)
    whole, changed = odds[: len(images)], np.split(odds[len(images) :], np.cumsum([len(c) for c, _ in parts])[:-1])
    falls = [before - after for before, after in zip(whole, changed, strict=True)]
    corners = np.concatenate([places for places, _ in parts])
    return spread(corners, np.concatenate(falls), SQUARE)
