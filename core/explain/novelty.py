"""Whether a picture shows a digit at all: a score from its strokes and from how sure the models are.

The picture's gradients (HOG of strokes of one width) are sorted by least squares on random Fourier features (Rahimi
and Recht, "Random features for large-scale kernel machines", 2007) into the ten digits and an eleventh class of letters
and scribbles; the models' doubt is added. `python -m core.reading.novelty_calibration` computes every constant.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.arrays import Float32Array, Float64Array, UInt8Array
from core.preprocessing.hog import hog
from core.preprocessing.thickness import stroke_width

PATH = Path(__file__).with_name("novelty.npz")
PEN = 2.5
"""Pixels: every picture is drawn again with this pen, as drawings are thinner than MNIST."""

STRANGE = 10
"""The class after the ten digits."""


@dataclass(frozen=True, eq=False)
class Features:
    """From pictures to rows that a linear model can sort.

    Attributes
    ----------
    mean : (288,) float32
    axes : (288, k) float32
        Principal axes of the gradients of digits and of what is none.
    directions, phases : (k, m), (m,) float32
        Of the random Fourier features.
    """

    mean: np.ndarray
    axes: np.ndarray
    directions: np.ndarray
    phases: np.ndarray

    def rows(self, gradients: Float32Array) -> Float32Array:
        """Return rows (n, m) float32 of gradients (n, 288) float32."""
        return np.asarray(np.cos((gradients - self.mean) @ self.axes @ self.directions + self.phases))


@dataclass(frozen=True, eq=False)
class Novelty:
    """The calibrated score.

    Attributes
    ----------
    weights : (m, 11) float32
        Of the least squares, for the ten digits and for what is none.
    doubt : float
        What a whole point of the models' doubt adds to the score.
    threshold : float
        Scores above it are refused.
    false_alarms, letters_caught, scribbles_caught : float
        Shares: of MNIST's validation digits (judged by halves that did not see them), and of letters and scribbles
        from fonts and paths that nothing was calibrated on.
    """

    features: Features
    weights: np.ndarray
    doubt: float
    threshold: float
    false_alarms: float
    letters_caught: float
    scribbles_caught: float

    def score(self, images: UInt8Array, probability: np.ndarray) -> Float64Array:
        """Return how strange pictures are.

        Parameters
        ----------
        images : (n, 28, 28) uint8
        probability : (n,)
            The mean probability that the models give to what they read, 0 to 1.

        Returns
        -------
        (n,) float64
            Higher is stranger; above `threshold` it is no digit.
        """
        return strangeness(self.features.rows(gradients(images)) @ self.weights) + self.doubt * (1 - probability)

    def refuses(self, images: UInt8Array, probability: np.ndarray) -> np.ndarray:
        """Return whether pictures (n, 28, 28) uint8 are more likely no digits, (n,) bool."""
        return self.score(images, probability) > self.threshold

    def save(self, path: Path = PATH) -> None:
        """Write as a compressed npz without pickles."""
        numbers = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name != "features"}
        arrays = {entry.name: getattr(self.features, entry.name) for entry in fields(Features)}
        np.savez_compressed(path, **numbers, **arrays)


@lru_cache(maxsize=1)
def load_novelty(path: Path = PATH) -> Novelty:
    """Read the calibrated score that ships with the program."""
    with np.load(path, allow_pickle=False) as file:
        features = Features(**{entry.name: file[entry.name] for entry in fields(Features)})
        figures = {entry.name: float(file[entry.name]) for entry in fields(Novelty)[2:]}
        return Novelty(features, file["weights"], **figures)


def gradients(images: np.ndarray) -> np.ndarray:
    """Return HOG (n, 288) float32 of pictures (n, 28, 28) uint8, drawn again with one pen."""
    return hog(stroke_width(images, PEN).astype(np.float32) / 255)


def strangeness(outputs: np.ndarray) -> Float64Array:
    """Return how much likelier the eleventh class is than the best digit, (n,) float64, from outputs (n, 11)."""
    return np.asarray((outputs[:, STRANGE] - outputs[:, :STRANGE].max(axis=1)).astype(np.float64))
