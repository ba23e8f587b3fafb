"""From one picture to another in small steps, and the point at which a model changes its mind."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import UInt8Array
from core.errors import ParameterError

SIDE, LARGE = 28, 4
STEPS = 41
WAYS = {"shape": "Shape", "pixels": "Pixels"}


def morph(first: UInt8Array, second: UInt8Array, way: str = "shape", steps: int = STEPS) -> UInt8Array:
    """Blend a picture into another.

    By "shape", the signed distances to the edges of both are mixed, so that strokes move, and the mean of two digits
    is a digit with sharp edges (Cohen-Or, Levin and Solomovici 1998, "Three-dimensional distance field metamorphosis",
    in two dimensions). By "pixels", grey values are mixed, so that one fades out as the other fades in.

    Parameters
    ----------
    first, second : (28, 28) uint8
    way : "shape" or "pixels"
    steps : int
        At least 2, the two pictures among them.

    Returns
    -------
    (steps, 28, 28) uint8, `first` the first and `second` the last
    """
    if way not in WAYS:
        raise ParameterError(f"`way` must be one of {', '.join(WAYS)}; got {str(way)[:60]}.")
    shares = np.linspace(0, 1, steps)[:, None, None]
    if way == "pixels":
        mixed = (1 - shares) * first + shares * second
        return np.asarray(np.rint(mixed).astype(np.uint8))
    distances = (1 - shares) * _signed_distance(first) + shares * _signed_distance(second)
    frames = np.stack([_drawn(distance) for distance in distances])
    frames[0], frames[-1] = first, second
    return frames


def _signed_distance(image: UInt8Array) -> np.ndarray:
    """Return the distance to the edge of the ink in quarters of a pixel, below 0 inside, (112, 112) float64."""
    large = cv2.resize(image, None, fx=LARGE, fy=LARGE, interpolation=cv2.INTER_CUBIC)
    inside = cv2.distanceTransform((large > 127).astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((large <= 127).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(np.where(large > 127, 0.5 - inside, outside - 0.5).astype(np.float64))


def _drawn(distance: np.ndarray) -> np.ndarray:
    ink = (np.clip(0.5 - distance, 0, 1) * 255).astype(np.uint8)
    return cv2.resize(ink, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def share_of_second(probabilities: np.ndarray, first: int, second: int) -> np.ndarray:
    """Return the probability of `second` where only two digits are possible, (n,) float64, of probabilities (n, 10)."""
    pair = np.maximum(probabilities[:, [first, second]].astype(np.float64), 1e-12)
    return np.asarray(pair[:, 1] / pair.sum(axis=1))


def crossing(shares: np.ndarray) -> float | None:
    """Return where a model changes its mind for the last time between two pictures: 0 at the first, 1 at the second.

    Parameters
    ----------
    shares : (steps,) floats in 0..1, of the second digit against the first, at even steps

    Returns
    -------
    float or None
        By linear interpolation; None where it never changes its mind.
    """
    over = shares > 0.5
    changes = np.flatnonzero(over[1:] != over[:-1])
    if not len(changes):
        return None
    before = int(changes[-1])
    low, high = shares[before], shares[before + 1]
    return float((before + (0.5 - low) / (high - low)) / (len(shares) - 1))
