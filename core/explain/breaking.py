"""Spoil a digit bit by bit, and find the points at which a model changes its mind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from core.arrays import UInt8Array

Predict = Callable[[np.ndarray], np.ndarray]
"""Pictures (n, 28, 28) uint8 to probabilities (n, 10)."""

SIDE, LARGE = 28, 4
SEED = 7
"""Noise is the same at every amount but for its strength, so that one can watch it grow."""


@dataclass(frozen=True)
class Damage:
    """How far a digit is spoilt.

    Attributes
    ----------
    rotate : float
        Degrees, clockwise above 0.
    shift : float
        Pixels to the right above 0.
    thicken : float
        Pixels by which strokes become wider, or thinner below 0.
    noise : float
        Standard deviation of the noise in shares of full ink.
    """

    rotate: float = 0.0
    shift: float = 0.0
    thicken: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True)
class Dial:
    """One way to spoil: its name in `Damage`, and its range in its unit."""

    name: str
    title: str
    low: float
    high: float
    step: float
    unit: str

    @property
    def amounts(self) -> np.ndarray:
        """(k,) float64: every position of the dial, 0 among them."""
        return np.round(np.arange(round(self.low / self.step), round(self.high / self.step) + 1) * self.step, 6)


DIALS = (
    Dial("rotate", "Rotate", -90, 90, 5, "°"),
    Dial("shift", "Shift", -12, 12, 1, "px"),
    Dial("thicken", "Thicken", -2, 6, 0.25, "px"),
    Dial("noise", "Noise", 0, 1, 0.05, "of full ink"),
)


@dataclass(frozen=True)
class Turn:
    """Where a model changes its mind along one dial: the amounts below and above 0, None where it never does.

    `read` is what it read at 0; `below_read` and `above_read` what it reads first instead.
    """

    read: int
    below: float | None = None
    below_read: int | None = None
    above: float | None = None
    above_read: int | None = None


def spoil(image: UInt8Array, damage: Damage) -> np.ndarray:
    """Thicken, then turn and shift, then add noise to a picture (28, 28) uint8; the same shape and dtype."""
    middle = (SIDE - 1) / 2
    place = cv2.getRotationMatrix2D((middle, middle), -damage.rotate, 1)
    place[0, 2] += damage.shift
    moved = cv2.warpAffine(thickened(image, damage.thicken), place, (SIDE, SIDE))
    grain = np.random.default_rng(SEED).normal(0, 255, moved.shape)
    return np.asarray(np.clip(np.rint(moved + damage.noise * grain), 0, 255).astype(np.uint8))


def thickened(image: UInt8Array, amount: float) -> np.ndarray:
    """Move the edges of strokes out by half of `amount` pixels, or in where it is below 0; (28, 28) uint8."""
    if not amount or not image.any():
        return image
    large = cv2.resize(image, None, fx=LARGE, fy=LARGE, interpolation=cv2.INTER_CUBIC)
    inside = cv2.distanceTransform((large > 127).astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((large <= 127).astype(np.uint8), cv2.DIST_L2, 5)
    edge = np.where(large > 127, 0.5 - inside, outside - 0.5)
    grown = (np.clip(amount / 2 * LARGE - edge + 0.5, 0, 1) * 255).astype(np.uint8)
    return cv2.resize(grown, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def sweep(predict: Predict, image: UInt8Array, damage: Damage, dial: Dial) -> np.ndarray:
    """Return probabilities (k, 10) at every position of one dial, the others as `damage` has them."""
    spoilt = [spoil(image, replace(damage, **{dial.name: float(amount)})) for amount in dial.amounts]
    return predict(np.stack(spoilt))


def turn(amounts: np.ndarray, probabilities: np.ndarray) -> Turn:
    """Find the amounts nearest to 0 at which another digit is read than at 0.

    Parameters
    ----------
    amounts : (k,) ascending, 0 among them
    probabilities : (k, 10)
    """
    answers = probabilities.argmax(axis=1)
    zero = int(np.abs(amounts).argmin())
    other = np.flatnonzero(answers != answers[zero])
    below, above = other[other < zero], other[other > zero]
    ends: dict[str, float | int] = {}
    if len(below):
        ends |= {"below": float(amounts[below[-1]]), "below_read": int(answers[below[-1]])}
    if len(above):
        ends |= {"above": float(amounts[above[0]]), "above_read": int(answers[above[0]])}
    return Turn(int(answers[zero]), **ends)  # type: ignore[arg-type]
