"""Random textures: pictures seen through a small random filter, again and again, so that a model relies on shape.

After Choi et al., "Progressive random convolutions for single domain generalization" (CVPR 2023): one random 3 x 3
filter is applied up to ten times, each time followed by a random change of contrast. Two things differ here: every
picture draws its own filter, and the filter's places are not displaced, as elastic distortion does that. Ink stays
bright on black.
"""

from __future__ import annotations

import numpy as np

from core.arrays import Float32Array, UInt8Array

MOST_LAYERS = 10
CONTRAST = 0.5
"""Standard deviation of the scale and of the offset before each tanh."""
FAINT = 1e-5


def with_random_convolutions(images: UInt8Array, share: float, rng: np.random.Generator) -> UInt8Array:
    """Filter some of the pictures.

    Parameters
    ----------
    images : (n, h, w) uint8
    share : float
        Probability for each picture, 0 to 1.
    rng : numpy.random.Generator

    Returns
    -------
    (n, h, w) uint8
        A new array, or `images` itself where none is filtered.
    """
    chosen = np.flatnonzero(rng.random(len(images)) < share)
    if not len(chosen):
        return images
    varied = images.copy()
    varied[chosen] = _filtered(images[chosen], rng)
    return varied


def _filtered(images: UInt8Array, rng: np.random.Generator) -> np.ndarray:
    count = len(images)
    kernels, layers = random_kernels(count, rng), rng.integers(1, MOST_LAYERS, count, endpoint=True)
    values = images.astype(np.float32) / 255
    for layer in range(layers.max()):
        active = np.flatnonzero(layer < layers)
        scale, offset = rng.normal(0, CONTRAST, (2, len(active), 1, 1)).astype(np.float32)
        values[active] = np.tanh(scale * _standardised(_convolved(values[active], kernels[active])) + offset)
    return _as_ink(values)


def random_kernels(count: int, rng: np.random.Generator) -> Float32Array:
    """Return filters (count, 3, 3) float32: normal weights under a Gaussian window of random width, 0 to 1 pixel."""
    weights = rng.normal(0, 1 / 3, (count, 3, 3))
    squares = np.add.outer(np.array([1, 0, 1]), np.array([1, 0, 1]))
    widths = rng.uniform(0.1, 1, (count, 1, 1))
    return np.asarray((weights * np.exp(-squares / (2 * widths**2))).astype(np.float32))


def _convolved(values: np.ndarray, kernels: np.ndarray) -> np.ndarray:
    """Return each picture (n, h, w) under its own filter (n, 3, 3), edges repeated outwards."""
    height, width = values.shape[1:]
    padded = np.pad(values, ((0, 0), (1, 1), (1, 1)), mode="edge")
    total = np.zeros_like(values)
    for row in range(3):
        for column in range(3):
            total += kernels[:, row, column, None, None] * padded[:, row : row + height, column : column + width]
    return total


def _standardised(values: np.ndarray) -> np.ndarray:
    mean, deviation = values.mean(axis=(1, 2), keepdims=True), values.std(axis=(1, 2), keepdims=True)
    return np.asarray((values - mean) / (deviation + np.float32(FAINT)))


def _as_ink(values: np.ndarray) -> UInt8Array:
    """Return images (n, h, w) uint8, inverted where the frame is brighter than the middle of the range."""
    low, high = values.min(axis=(1, 2), keepdims=True), values.max(axis=(1, 2), keepdims=True)
    shades = (values - low) / np.maximum(high - low, FAINT)
    frame = np.concatenate([shades[:, 0], shades[:, -1], shades[:, :, 0], shades[:, :, -1]], axis=1)
    bright = frame.mean(axis=1)[:, None, None] > 0.5
    return np.asarray(np.rint(255 * np.where(bright, 1 - shades, shades)).astype(np.uint8))
