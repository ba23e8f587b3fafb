"""Damage digits the way the world does, at five severities, to see how models hold.

The parameters are those of MNIST-C (Mu & Gilmer 2019, arXiv:1906.02337; its code, github.com/google-research/mnist-c,
`corruptions.py`) where it defines them by severity. The severities of `stripe` (MNIST-C has one, our severity 5) and of
`occlusion` (not in MNIST-C) are ours. MNIST-C's `gaussian_blur` blurs down the columns only, by a slip of its call to
scikit-image; `blur` here has its widths and goes both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from core.errors import ParameterError

SEVERITIES = (1, 2, 3, 4, 5)
MIDDLE = 13.5  # px, the centre of a 28 x 28 image
MNIST_C = "Mu & Gilmer 2019, MNIST-C"
OURS = "Digit Lab"

Damage = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Corruption:
    """One way to damage digits.

    Attributes
    ----------
    name, title : str
    amounts : tuple of five float
        The amount at severity 1 to 5.
    unit : str
        What the amounts measure.
    source : str
        Who chose the amounts.
    damage : callable
        (images (n, 28, 28) uint8, amount, random generator) -> images of the same shape and dtype.
    """

    name: str
    title: str
    amounts: tuple[float, ...]
    unit: str
    source: str
    damage: Damage


def corrupt(images: np.ndarray, name: str, severity: int, seed: int = 0) -> np.ndarray:
    """Damage images.

    Parameters
    ----------
    images : ndarray (n, 28, 28) uint8
        Left as they are.
    name : str
        A key of `CORRUPTIONS`.
    severity : int
        1 (slight) to 5 (severe).
    seed : int
        Decides directions, places and noise; the same seed damages the same images alike.

    Returns
    -------
    ndarray (n, 28, 28) uint8

    Raises
    ------
    ParameterError
        No such corruption, or no such severity.
    """
    if name not in CORRUPTIONS:
        raise ParameterError(f"`corruption` must be one of {', '.join(CORRUPTIONS)}; got {name}.")
    if severity not in SEVERITIES:
        raise ParameterError(f"`severity` must be between 1 and 5; got {severity}.")
    chosen = CORRUPTIONS[name]
    return chosen.damage(images, chosen.amounts[severity - 1], np.random.default_rng(seed))


def shift(images: np.ndarray, pixels: float, rng: np.random.Generator) -> np.ndarray:
    """Move by so many pixels along both axes, each in a random direction."""
    signs = _signs(rng, (len(images), 2))
    return _warp_each(images, [np.array([[1, 0, pixels * x], [0, 1, pixels * y]]) for x, y in signs])


def rotation(images: np.ndarray, radians: float, rng: np.random.Generator) -> np.ndarray:
    """Turn about the middle, in a random direction."""
    cos, sin = np.cos(radians), np.sin(radians)
    return _warp_each(images, [_about_middle([[cos, -s * sin], [s * sin, cos]]) for s in _signs(rng, len(images))])


def shear(images: np.ndarray, radians: float, rng: np.random.Generator) -> np.ndarray:
    """Slant by an angle in a random direction, as scikit-image's `AffineTransform(shear=...)` did in 2019."""
    cos, sin = np.cos(radians), np.sin(radians)
    return _warp_each(images, [_about_middle([[1, -s * sin], [0, cos]]) for s in _signs(rng, len(images))])


def scale(images: np.ndarray, factor: float, rng: np.random.Generator) -> np.ndarray:
    """Shrink about the middle to a factor below 1."""
    return _warp_each(images, [_about_middle([[1 / factor, 0], [0, 1 / factor]])] * len(images))


def noise(images: np.ndarray, deviation: float, rng: np.random.Generator) -> np.ndarray:
    """Add Gaussian noise whose standard deviation is a share of full ink."""
    return _to_uint8(images + rng.standard_normal(images.shape, dtype=np.float32) * np.float32(255 * deviation))


def blur(images: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Blur with a Gaussian of so many pixels, cut off at four sigmas, edges repeated outwards."""
    weights = _blur_matrix(sigma)
    return _to_uint8(weights @ images.astype(np.float32) @ weights.T)  # down the columns, then along the rows


def contrast(images: np.ndarray, factor: float, rng: np.random.Generator) -> np.ndarray:
    """Pull every pixel towards the mean of its image, leaving so small a share of the difference."""
    means = images.mean(axis=(1, 2), keepdims=True, dtype=np.float32)
    return _to_uint8((images - means) * np.float32(factor) + means)


def stripe(images: np.ndarray, columns: float, rng: np.random.Generator) -> np.ndarray:
    """Invert so many columns at the left and at the right edge."""
    width = int(columns)
    striped = images.copy()
    for edge in (np.s_[:, :, :width], np.s_[:, :, -width:]):
        striped[edge] = 255 - striped[edge]
    return striped


def occlusion(images: np.ndarray, side: float, rng: np.random.Generator) -> np.ndarray:
    """Wipe out a square of so many pixels a side, somewhere in the 20 x 20 box where digits are."""
    size = int(side)
    rows, columns = rng.integers(4, 25 - size, (2, len(images), 1))
    inside = np.arange(28)
    row_hit = (inside >= rows) & (inside < rows + size)  # (n, 28)
    column_hit = (inside >= columns) & (inside < columns + size)
    return np.where(row_hit[:, :, None] & column_hit[:, None, :], np.uint8(0), images)


CORRUPTIONS: dict[str, Corruption] = {
    corruption.name: corruption
    for corruption in (
        Corruption("shift", "Shifted", (1, 2, 3, 4, 5), "px along both axes", MNIST_C, shift),
        Corruption("rotation", "Rotated", (0.2, 0.4, 0.6, 0.8, 1.0), "radians", MNIST_C, rotation),
        Corruption("scale", "Shrunk", (0.9, 0.8, 0.7, 0.6, 0.5), "of the size", MNIST_C, scale),
        Corruption("shear", "Slanted", (0.2, 0.4, 0.6, 0.8, 1.0), "radians", MNIST_C, shear),
        Corruption("noise", "Noisy", (0.08, 0.12, 0.18, 0.26, 0.38), "of full ink", MNIST_C, noise),
        Corruption("blur", "Blurred", (1, 2, 3, 4, 6), "px", MNIST_C, blur),
        Corruption("contrast", "Faint", (0.4, 0.3, 0.2, 0.1, 0.05), "of the contrast", MNIST_C, contrast),
        Corruption("stripe", "Striped", (3, 4, 5, 6, 7), "columns at each side", OURS, stripe),
        Corruption("occlusion", "Covered", (4, 6, 8, 10, 12), "px a side", OURS, occlusion),
    )
}


def _warp_each(images: np.ndarray, maps: list[np.ndarray]) -> np.ndarray:
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


def _blur_matrix(sigma: float) -> np.ndarray:
    """Weights (28, 28) float32 with which each blurred pixel of a line sums the line's pixels."""
    radius = int(4 * sigma + 0.5)
    kernel = cv2.getGaussianKernel(2 * radius + 1, sigma).ravel()
    sources = np.clip(np.arange(28)[:, None] + np.arange(-radius, radius + 1), 0, 27)  # edges repeated outwards
    weights = np.zeros((28, 28))
    np.add.at(weights, (np.arange(28)[:, None], sources), kernel)
    return weights.astype(np.float32)


def _signs(rng: np.random.Generator, shape: int | tuple[int, ...]) -> np.ndarray:
    return rng.choice([-1, 1], shape)


def _stacked(pictures: list[np.ndarray], like: np.ndarray) -> np.ndarray:
    return np.stack(pictures) if pictures else like.copy()


def _to_uint8(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
