"""Where the ink is: deskew, centre and resize pictures (n, h, w) uint8, 0 black to 255 ink.

Imports nothing but numpy and OpenCV: its source is part of the script that ships beside every model.
"""

from __future__ import annotations

import cv2
import numpy as np

TALLEST = 32_000
"""Rows of one OpenCV image that `cv2.remap` can address (16-bit coordinates)."""

GAP = 3
"""Empty rows around each picture in a stack, more than the reach of cubic interpolation."""

INTERPOLATIONS = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "area": cv2.INTER_AREA,
}


def deskew(
    images: np.ndarray, strength: float = 1.0, max_angle: float = 45.0, interpolation: str = "linear"
) -> np.ndarray:
    """Shear each digit upright, about its centre of mass.

    The slant is the covariance of x and y over the variance of y, from the moments of the ink (OpenCV's digits
    tutorial; Teague, "Image analysis via the general theory of moments", 1980).

    Parameters
    ----------
    images : (n, h, w) uint8
    strength : float
        Share of the slant that is taken away, 0 to 1.
    max_angle : float
        Maximum slant that is corrected, in degrees.
    interpolation : str
        "nearest", "linear" or "cubic".
    """
    mass, _, y, _, xy, yy = moments(images)
    slant = np.divide(xy, yy, out=np.zeros_like(xy), where=yy > 1e-2 * np.maximum(mass, 1))
    limit = np.tan(np.radians(max_angle))
    slant = (strength * np.clip(slant, -limit, limit)).astype(np.float32)
    height, width = images.shape[1:]
    rows = np.arange(height, dtype=np.float32)[None, :] - y.astype(np.float32)[:, None]  # (n, h)
    shift = slant[:, None] * rows
    map_x = np.arange(width, dtype=np.float32) + shift[:, :, None]  # (n, h, w)
    map_y = np.broadcast_to(np.arange(height, dtype=np.float32)[:, None], map_x.shape)
    return warp(images, map_x, map_y, interpolation)


def centre(images: np.ndarray, subpixel: bool = False) -> np.ndarray:
    """Move each digit's centre of mass to the middle, but no ink out of the picture.

    So the makers of MNIST placed their digits (LeCun et al., "Gradient-based learning applied to document
    recognition", 1998, section III.A).

    Parameters
    ----------
    images : (n, h, w) uint8
    subpixel : bool
        Move by fractions of a pixel, which blurs a little; else by whole pixels.
    """
    mass, x, y, *_ = moments(images)
    height, width = images.shape[1:]
    step_x = _allowed((width - 1) / 2 - x, images.max(axis=1) > 0, mass)
    step_y = _allowed((height - 1) / 2 - y, images.max(axis=2) > 0, mass)
    if not subpixel:
        step_x, step_y = np.rint(step_x), np.rint(step_y)
    map_x = np.arange(width, dtype=np.float32)[None, None, :] - step_x.astype(np.float32)[:, None, None]
    map_y = np.arange(height, dtype=np.float32)[None, :, None] - step_y.astype(np.float32)[:, None, None]
    shape = images.shape
    return warp(images, np.broadcast_to(map_x, shape), np.broadcast_to(map_y, shape), "linear")


def resize(images: np.ndarray, size: int = 28, margin: int = 0, interpolation: str = "area") -> np.ndarray:
    """Scale to `size` x `size` pixels, of which `margin` on every side stay black.

    Parameters
    ----------
    images : (n, h, w) uint8
    size : int
        Side of the result in pixels, margin included.
    margin : int
        Black pixels on every side.
    interpolation : str
        "nearest", "linear", "cubic" or "area" (averages when shrinking, linear when growing).
    """
    resized = np.zeros((len(images), size, size), np.uint8)
    inner = size - 2 * margin
    how = INTERPOLATIONS[interpolation]
    if interpolation == "area" and inner > max(images.shape[1:]):
        how = cv2.INTER_LINEAR
    for image, target in zip(images, resized, strict=True):
        target[margin : margin + inner, margin : margin + inner] = cv2.resize(image, (inner, inner), interpolation=how)
    return resized


def moments(images: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return mass, centre x and y in pixels, and central second moments xx, xy, yy of each image; float64 (n,).

    All sums are of whole numbers that float32 and float64 hold exactly, so a picture's moments do not depend on the
    pictures beside it. A blank picture has its centre in the middle.
    """
    n, height, width = images.shape
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float64)
    powers = np.stack([np.ones_like(x), x, x * x], axis=1)
    rows = (images.reshape(-1, width).astype(np.float32) @ powers).reshape(n, height, 3).astype(np.float64)
    mass = rows[:, :, 0].sum(axis=1)
    some = np.maximum(mass, 1)
    mean_x = np.where(mass > 0, rows[:, :, 1].sum(axis=1) / some, (width - 1) / 2)
    mean_y = np.where(mass > 0, (rows[:, :, 0] * y).sum(axis=1) / some, (height - 1) / 2)
    xx = rows[:, :, 2].sum(axis=1) - mass * mean_x**2
    xy = (rows[:, :, 1] * y).sum(axis=1) - mass * mean_x * mean_y
    yy = (rows[:, :, 0] * y * y).sum(axis=1) - mass * mean_y**2
    return mass, mean_x, mean_y, xx, xy, yy


def warp(images: np.ndarray, map_x: np.ndarray, map_y: np.ndarray, interpolation: str = "linear") -> np.ndarray:
    """Read each picture at (map_x, map_y), both (n, h, w) float32 in pixels; black outside.

    Pictures are stacked into one tall OpenCV image, as one call for hundreds is an order of magnitude faster than a
    call for each.
    """
    n, height, width = images.shape
    block = TALLEST // (height + 2 * GAP)
    warped = np.empty_like(images)
    for start in range(0, n, block):
        stop = min(start + block, n)
        tall = np.zeros((stop - start, height + 2 * GAP, width), np.uint8)
        tall[:, GAP:-GAP] = images[start:stop]
        first_row = (np.arange(stop - start, dtype=np.float32) * (height + 2 * GAP) + GAP)[:, None, None]
        tall_y = np.clip(map_y[start:stop], -GAP + 1, height + GAP - 2) + first_row
        warped[start:stop] = cv2.remap(
            tall.reshape(-1, width),
            np.ascontiguousarray(map_x[start:stop]).reshape(-1, width),
            tall_y.reshape(-1, width),
            INTERPOLATIONS[interpolation],
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0,
        ).reshape(-1, height, width)
    return warped


def _allowed(step: np.ndarray, used: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """Limit a step so that the used rows or columns, (n, length) bool, stay inside; 0 for blank pictures."""
    before = used.argmax(axis=1)
    after = used[:, ::-1].argmax(axis=1)
    return np.where(mass > 0, np.clip(step, -before, after), 0.0)
