"""How the ink looks: contrast, threshold, blur and noise of pictures (n, h, w) uint8, 0 black to 255 ink.

Imports nothing but numpy and OpenCV: its source is part of the script that ships beside every model.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np


def contrast_stretch(images: np.ndarray, low: float = 0.0, high: float = 99.0) -> np.ndarray:
    """Stretch the grey values between two percentiles of each picture to 0 and 255; a flat picture stays as it is.

    Gonzalez and Woods, "Digital Image Processing", section 3.2.
    """
    pixels = images.shape[1] * images.shape[2]
    ordered = np.sort(images.reshape(-1, pixels), axis=1)
    dark = ordered[:, round((pixels - 1) * low / 100)].astype(np.float32)[:, None, None]
    bright = ordered[:, round((pixels - 1) * high / 100)].astype(np.float32)[:, None, None]
    span = np.maximum(bright - dark, 1)
    stretched = np.clip((images - dark) * (np.float32(255) / span), 0, 255)
    return np.where(bright > dark, np.rint(stretched), images).astype(np.uint8)


def threshold(images: np.ndarray, method: str = "otsu", level: int = 128) -> np.ndarray:
    """Make every pixel black or ink: 255 where it is brighter than the level.

    Parameters
    ----------
    images : (n, h, w) uint8
    method : str
        "otsu" finds the level of each picture (Otsu, "A threshold selection method from gray-level histograms", 1979),
        "fixed" takes `level`.
    level : int
        0 to 254.
    """
    if method == "fixed":
        return np.where(images > level, 255, 0).astype(np.uint8)
    flags = cv2.THRESH_BINARY | cv2.THRESH_OTSU
    return _each(images, lambda image: cv2.threshold(image, 0, 255, flags)[1])


def blur(images: np.ndarray, sigma: float = 0.7) -> np.ndarray:
    """Smooth by a Gaussian of `sigma` pixels; black outside."""
    border = cv2.BORDER_CONSTANT
    return _each(images, lambda image: cv2.GaussianBlur(image, (0, 0), sigma, borderType=border))


def denoise(images: np.ndarray, method: str = "median", strength: int = 1) -> np.ndarray:
    """Take away what is smaller than a stroke.

    Parameters
    ----------
    images : (n, h, w) uint8
    method : str
        "median" of a square window (Tukey, 1977), "opening" by a disc (Serra, "Image Analysis and Mathematical
        Morphology", 1982), "specks" drops separate pieces of ink, "nonlocal" averages alike patches (Buades, Coll and
        Morel, "A non-local algorithm for image denoising", 2005; slow).
    strength : int
        1 to 3: half the window's side, the disc's diameter less one, 4 pixels of a speck each, 10 grey values each.
    """
    if method == "median":
        return _each(images, lambda image: cv2.medianBlur(image, 2 * strength + 1))
    if method == "opening":
        return _each(images, lambda image: _opened(image, strength + 1))
    if method == "specks":
        return _each(images, lambda image: _without_specks(image, 4 * strength))
    return _each(images, lambda image: cv2.fastNlMeansDenoising(image, None, 10 * strength, 3, 9))


def _each(images: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    changed = np.empty_like(images)
    for position, image in enumerate(images):
        changed[position] = change(image)
    return changed


def _opened(image: np.ndarray, diameter: int) -> np.ndarray:
    """Erode, then dilate by the mirrored disc: `cv2.morphologyEx` does not mirror, and shifts by discs of even size."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))
    eroded = cv2.erode(image, disc, anchor=(0, 0))
    return cv2.dilate(eroded, disc[::-1, ::-1].copy(), anchor=(diameter - 1, diameter - 1))


def _without_specks(image: np.ndarray, largest: int) -> np.ndarray:
    """Drop connected pieces of at most `largest` pixels, unless nothing else is there."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((image > 0).astype(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] > largest
    if not keep[1:].any():
        return image
    keep[0] = False
    return np.where(keep[pieces], image, 0).astype(np.uint8)
