"""Varied copies of training pictures: moved, bent, drawn with another pen, and filtered at random."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Float32Array, UInt8Array
from core.declaration import Declared, parameter
from core.errors import RecipeError
from core.preprocessing.flags import with_flags
from core.preprocessing.forms import with_forms
from core.preprocessing.pictures import warp
from core.preprocessing.random_convolution import with_random_convolutions

BLOCK = 1000
"""Pictures that are varied together."""


class Augmentation(Declared):
    """How far pictures may vary, each drawn evenly between minus and plus; all zero varies nothing.

    Elastic distortion after Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to
    visual document analysis" (2003): smoothed noise moves every pixel. Their alpha of 34 at sigma 4 is an `elastic` of
    1.4 pixels.
    """

    title = "Augmentation"
    refusal = RecipeError

    shift: float = parameter(0.0, "Maximum shift along each axis, in pixels.", ge=0, le=6, step=0.5)
    rotation: float = parameter(0.0, "Maximum rotation, in degrees.", ge=0, le=45, step=1)
    scale: float = parameter(0.0, "Maximum change of size along each axis, as a share.", ge=0, le=0.5, step=0.01)
    shear: float = parameter(0.0, "Maximum shear, as a share of the height.", ge=0, le=0.5, step=0.01)
    elastic: float = parameter(
        0.0,
        "Elastic distortion: the typical displacement of a pixel, in pixels.",
        title="elastic distortion",
        ge=0,
        le=3,
        step=0.1,
    )
    elastic_sigma: float = parameter(
        4.0,
        "Smoothness of the elastic distortion, in pixels; small values are irregular.",
        title="distortion smoothness",
        ge=2,
        le=8,
        step=0.5,
        idle_while=("elastic", 0.0),
    )
    thickness: float = parameter(0.0, "Maximum change of the stroke width, in pixels.", ge=0, le=2, step=0.1)
    flags: float = parameter(
        0.0,
        "Share of the 1s that get an upstroke, as is common in Europe.",
        title="upstrokes on 1s",
        ge=0,
        le=1,
        step=0.05,
    )
    forms: float = parameter(
        0.0,
        "Share of the 1s, 2s, 4s, 7s and 9s that are drawn anew in forms that MNIST hardly has, such as a waved bar.",
        title="forms of other hands",
        ge=0,
        le=1,
        step=0.01,
    )
    textures: float = parameter(
        0.0,
        "Share of the pictures that pass through a random filter, so that strokes look otherwise and shapes stay.",
        title="random textures",
        ge=0,
        le=1,
        step=0.05,
    )

    @property
    def is_none(self) -> bool:
        """Whether pictures stay as they are."""
        return not (self.moves or self.thickness or self.flags or self.forms or self.textures)

    @property
    def moves(self) -> bool:
        """Whether any pixel moves."""
        return any((self.shift, self.rotation, self.scale, self.shear, self.elastic))


def augment(
    images: UInt8Array, augmentation: Augmentation, rng: np.random.Generator, labels: UInt8Array | None = None
) -> UInt8Array:
    """Vary every picture once.

    Parameters
    ----------
    images : (n, h, w) uint8
    augmentation : Augmentation
    rng : numpy.random.Generator
        The same state gives the same pictures.
    labels : (n,) uint8, optional
        What the pictures show; without them none gets a flag or another form.

    Returns
    -------
    (n, h, w) uint8
        A new array, or `images` itself where nothing varies.
    """
    if augmentation.is_none or not len(images):
        return images
    if labels is not None:
        images = _with_strokes(images, labels, augmentation, rng)
    return np.concatenate(
        [_varied(images[start : start + BLOCK], augmentation, rng) for start in range(0, len(images), BLOCK)]
    )


def _with_strokes(
    images: UInt8Array, labels: UInt8Array, augmentation: Augmentation, rng: np.random.Generator
) -> UInt8Array:
    """Give digits upstrokes or other forms, none of them both."""
    flagged = with_flags(images, labels, augmentation.flags, rng) if augmentation.flags else images
    if not augmentation.forms:
        return flagged
    plain = (flagged == images).all(axis=(1, 2))
    varied = flagged.copy()
    varied[plain] = with_forms(images[plain], labels[plain], augmentation.forms, rng)
    return varied


def sheet_of(
    image: UInt8Array, augmentation: Augmentation, n: int = 24, seed: int = 0, label: int | None = None
) -> np.ndarray:
    """Vary one picture (28, 28) uint8 of a digit, where it is known, n times for a preview; (n, 28, 28) uint8."""
    labels = None if label is None else np.full(n, label, np.uint8)
    return augment(np.repeat(image[None], n, axis=0), augmentation, np.random.default_rng(seed), labels)


def _varied(images: UInt8Array, augmentation: Augmentation, rng: np.random.Generator) -> np.ndarray:
    if augmentation.thickness:
        images = _with_pen(images, rng.uniform(-augmentation.thickness, augmentation.thickness, len(images)))
    if augmentation.moves:
        images = warp(images, *_places(images.shape, augmentation, rng))
    return with_random_convolutions(images, augmentation.textures, rng) if augmentation.textures else images


def _places(
    shape: tuple[int, ...], augmentation: Augmentation, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return where each pixel is read, x and y, (n, h, w) float32 each: an affine map and distortions."""
    n, height, width = shape
    x, y = np.meshgrid(np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2)
    grid = np.stack([x.ravel(), y.ravel(), np.ones(height * width)]).astype(np.float32)  # (3, h * w)
    places = np.matmul(_affine_maps(n, augmentation, rng), grid)  # (n, 2, h * w)
    places += np.array([(width - 1) / 2, (height - 1) / 2], np.float32)[:, None]
    places = places.reshape(n, 2, height, width)
    if augmentation.elastic:
        _bend(places, augmentation, rng)
    return places[:, 0], places[:, 1]


def _affine_maps(n: int, augmentation: Augmentation, rng: np.random.Generator) -> Float32Array:
    """Return random maps (n, 2, 3) float32 from the result's pixels, seen from the centre, to the source's."""
    angle = np.radians(rng.uniform(-augmentation.rotation, augmentation.rotation, n))
    stretch = 1 / (1 + rng.uniform(-augmentation.scale, augmentation.scale, (n, 2)))
    slant = rng.uniform(-augmentation.shear, augmentation.shear, n)
    cosine, sine = np.cos(angle), np.sin(angle)
    maps = np.empty((n, 2, 3), np.float32)
    maps[:, 0, 0], maps[:, 0, 1] = stretch[:, 0] * cosine, stretch[:, 0] * (slant * cosine - sine)
    maps[:, 1, 0], maps[:, 1, 1] = stretch[:, 1] * sine, stretch[:, 1] * (slant * sine + cosine)
    maps[:, :, 2] = rng.uniform(-augmentation.shift, augmentation.shift, (n, 2))
    return maps


def _bend(places: np.ndarray, augmentation: Augmentation, rng: np.random.Generator) -> None:
    """Move every place by smooth noise: a window, at a random position, of one large field whose edges meet."""
    n, _, height, width = places.shape
    side = 256 if n > 64 else 128
    for axis in range(2):
        field = _field(side, augmentation, rng)
        field = np.pad(field, ((0, height - 1), (0, width - 1)), mode="wrap")
        views = np.lib.stride_tricks.sliding_window_view(field, (height, width))
        places[:, axis] += views[rng.integers(0, side, n), rng.integers(0, side, n)]


def _field(side: int, augmentation: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise (side, side) float32 that repeats itself at its edges, with standard deviation `elastic`."""
    reach = int(4 * augmentation.elastic_sigma)
    noise = np.pad(rng.standard_normal((side, side), np.float32), reach, mode="wrap")
    smooth = cv2.GaussianBlur(noise, (0, 0), augmentation.elastic_sigma)[reach:-reach, reach:-reach]
    return smooth * np.float32(augmentation.elastic / max(float(smooth.std()), 1e-6))


def _with_pen(images: UInt8Array, change: np.ndarray) -> np.ndarray:
    """Widen (change above 0) or narrow strokes by `change` (n,) pixels: a blend with a dilation or an erosion."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    neighbours = padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]
    wider, thinner = images.copy(), images.copy()
    for neighbour in neighbours:
        np.maximum(wider, neighbour, out=wider)
        np.minimum(thinner, neighbour, out=thinner)
    share = (np.abs(change) / 2).astype(np.float32)[:, None, None]  # a full dilation adds a pixel on both sides
    other = np.where(change[:, None, None] > 0, wider, thinner)
    return np.asarray(np.rint(images + share * (other.astype(np.float32) - images)).astype(np.uint8))
