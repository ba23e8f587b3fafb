"""Corruptions that move a digit: shifted, turned, slanted, shrunk."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import UInt8Array

MIDDLE = 13.5  # px, the centre of a 28 x 28 image


def shift(images: UInt8Array, pixels: float, rng: np.random.Generator) -> np.ndarray:
    """Move by so many pixels along both axes, each in a random direction."""
    signs = _signs(rng, (len(images), 2))
    return _warp_each(images, [np.array([[1, 0, pixels * x], [0, 1, pixels * y]]) for x, y in signs])


def rotation(images: UInt8Array, radians: float, rng: np.random.Generator) -> np.ndarray:
    """Turn about the middle, in a random direction."""
    cos, sin = np.cos(radians), np.sin(radians)
    return _warp_each(images, [_about_middle([[cos, -s * sin], [s * sin, cos]]) for s in _signs(rng, len(images))])


def shear(images: UInt8Array, radians: float, rng: np.random.Generator) -> np.ndarray:
    """Return slant by an angle in a random direction, as scikit-image's `AffineTransform(shear=...)` did in 2019."""
    cos, sin = np.cos(radians), np.sin(radians)
    return _warp_each(images, [_about_middle([[1, -s * sin], [0, cos]]) for s in _signs(rng, len(images))])


def scale(images: UInt8Array, factor: float, rng: np.random.Generator) -> np.ndarray:
    """Shrink about the middle to a factor below 1."""
    return _warp_each(images, [_about_middle([[1 / factor, 0], [0, 1 / factor]])] * len(images))


def _warp_each(images: UInt8Array, maps: list[np.ndarray]) -> np.ndarray:
    """Look up each output pixel (x, y) in its image at map @ (x, y, 1), black outside."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return _stacked(
        [cv2.warpAffine(image, m.astype(float), (28, 28), flags=flags) for image, m in zip(images, maps, strict=True)],
        images,
    )


def _about_middle(matrix: list[list[float]]) -> np.ndarray:
    linear = np.array(matrix)
    middle = np.array([MIDDLE, MIDDLE])
    return np.column_stack([linear, middle - linear @ middle])


def _signs(rng: np.random.Generator, shape: int | tuple[int, ...]) -> np.ndarray:
    return rng.choice([-1, 1], shape)


def _stacked(pictures: list[np.ndarray], like: np.ndarray) -> np.ndarray:
    return np.stack(pictures) if pictures else like.copy()
