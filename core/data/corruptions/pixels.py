"""Corruptions of a camera: noise, blur, and little contrast or light."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Float32Array, UInt8Array


def noise(images: UInt8Array, deviation: float, rng: np.random.Generator) -> np.ndarray:
    """Add Gaussian noise whose standard deviation is a share of full ink."""
    return _to_uint8(images + rng.standard_normal(images.shape, dtype=np.float32) * np.float32(255 * deviation))


def blur(images: UInt8Array, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Blur with a Gaussian of so many pixels, cut off at four sigmas, edges repeated outwards."""
    weights = _blur_matrix(sigma)
    return _to_uint8(weights @ images.astype(np.float32) @ weights.T)  # down the columns, then along the rows


def contrast(images: UInt8Array, factor: float, rng: np.random.Generator) -> np.ndarray:
    """Pull every pixel towards the mean of its image, leaving so small a share of the difference."""
    means = images.mean(axis=(1, 2), keepdims=True, dtype=np.float32)
    return _to_uint8((images - means) * np.float32(factor) + means)


def shot_noise(images: UInt8Array, photons: float, rng: np.random.Generator) -> np.ndarray:
    """Count so few photons at full ink, as a sensor does in the dark: a Poisson draw for every pixel."""
    return _to_uint8(rng.poisson(images / 255 * photons) * (255 / photons))


def impulse_noise(images: UInt8Array, share: float, rng: np.random.Generator) -> np.ndarray:
    """Turn a share of the pixels black or white, each half of the time."""
    hit = rng.random(images.shape) < share
    return np.where(hit, rng.choice(np.array([0, 255], np.uint8), images.shape), images)


def brightness(images: UInt8Array, light: float, rng: np.random.Generator) -> np.ndarray:
    """Add so large a share of full ink everywhere."""
    return _to_uint8(images + np.float32(255 * light))


def glass_blur(images: UInt8Array, amount: tuple[float, int, int], rng: np.random.Generator) -> np.ndarray:
    """Look through frosted glass: blur, swap near pixels at random, blur again.

    `amount` is the blur's width in pixels, the furthest swap, and how often the picture is gone through. The blur goes
    down the columns only, as in MNIST-C's own images.
    """
    sigma, reach, rounds = amount
    weights = _blur_matrix(sigma)
    swapped = np.floor(weights @ images.astype(np.float32))
    each = np.arange(len(images))
    for _ in range(rounds):
        for row in range(28 - reach, reach, -1):
            for column in range(28 - reach, reach, -1):
                moved = rng.integers(-reach, reach, (2, len(images))) * (rng.random(len(images)) < 0.5)
                rows, columns = row + moved[0], column + moved[1]
                here, there = swapped[:, row, column].copy(), swapped[each, rows, columns]
                swapped[:, row, column] = there
                swapped[each, rows, columns] = here
    return _to_uint8(weights @ swapped.astype(np.float32))


def motion_blur(images: UInt8Array, amount: tuple[int, float], rng: np.random.Generator) -> np.ndarray:
    """Smear in a direction of at most 45 degrees from the horizontal, as ImageMagick's `-motion-blur` does.

    `amount` is the radius and the standard deviation of one half of a Gaussian along the direction, both in pixels.
    """
    blurred = np.empty_like(images)
    for position, angle in enumerate(np.radians(rng.uniform(-45, 45, len(images)))):
        kernel = _motion_kernel(*amount, angle)
        blurred[position] = cv2.filter2D(images[position], -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return blurred


def _motion_kernel(radius: int, sigma: float, angle: float) -> Float32Array:
    """Return weights (55, 55) float32 around the pixel that is blurred.

    What would be read from further away is left out.
    """
    steps = np.arange(min(2 * radius + 1, 28))
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    rows, columns = (np.ceil(steps * part - 0.5).astype(int) for part in (np.sin(angle), np.cos(angle)))
    kernel = np.zeros((55, 55), np.float32)
    np.add.at(kernel, (27 + rows, 27 + columns), weights / weights.sum())
    return kernel


def _blur_matrix(sigma: float) -> Float32Array:
    """Return weights (28, 28) float32 with which each blurred pixel of a line sums the line's pixels."""
    radius = int(4 * sigma + 0.5)
    kernel = cv2.getGaussianKernel(2 * radius + 1, sigma).ravel()
    sources = np.clip(np.arange(28)[:, None] + np.arange(-radius, radius + 1), 0, 27)  # edges repeated outwards
    weights = np.zeros((28, 28))
    np.add.at(weights, (np.arange(28)[:, None], sources), kernel)
    return weights.astype(np.float32)


def _to_uint8(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))
