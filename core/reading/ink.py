"""How much ink lies on each pixel of a picture, found in more than one way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from core.reading.mnist_style import stroke_width
from core.reading.paper import paper_colour, paper_light

FAINTEST = 24
"""Ink differs from its paper by at least this many of 255 grey levels."""

WIDEST_GAP = 31
"""Pixels."""

MOST_INK, TIGHT = 0.5, 100
"""Share of a picture that ink covers, at most, unless the picture is a tight crop of so few pixels a side."""

WRITING = 0.25
"""Share of a picture that writing on paper of one colour covers, at most: more may be a sheet on a table."""

STRONG, WEAK = 110, 50
"""A stroke is ink from the lower value on, where some of it reaches the higher (hysteresis; Canny, 1986)."""


GRAINS, GRAIN = 300, 1.0
"""Pieces of ink from which a picture may show the grain of its paper, and the blur in pixels that evens it out."""

UNEVEN = 0.8
"""How likely uneven light is on a picture whose border has one colour."""

SAME, FLAT = 3, 0.9
"""Light is even where this share of the paper lies within so many grey levels of its colour, as in paint programs: a
window that looks for uneven light would take parts of thick strokes for paper."""


@dataclass(frozen=True, eq=False)
class Ink:
    """The ink of a picture.

    Attributes
    ----------
    strength : ndarray
        (h, w) uint8, 0 paper to 255 full ink.
    mask : ndarray
        (h, w) uint8, 1 where there is ink.
    share : float
        How likely this way is, beside the simplest: 1 or less.
    """

    strength: np.ndarray
    mask: np.ndarray
    share: float = 1.0

    @property
    def stroke(self) -> float:
        """Typical width of its strokes in pixels."""
        return stroke_width(self.mask * np.uint8(255))


def mended(ink: Ink, gap: float) -> Ink:
    """Fill the gaps of broken strokes, up to `gap` widths of a stroke; paper inside a closed loop stays paper."""
    side = min(WIDEST_GAP, 2 * max(1, round(gap * max(ink.stroke, 1.0) / 2)) + 1)
    closed = cv2.morphologyEx(ink.strength, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    strength = np.where(_enclosed(ink.mask), ink.strength, np.maximum(ink.strength, closed))
    return Ink(strength, (strength > WEAK).astype(np.uint8), ink.share)


def _enclosed(mask: np.ndarray) -> np.ndarray:
    """Return (h, w) bool: the paper that the ink of a mask (h, w) uint8 encloses."""
    _, labels = cv2.connectedComponents(np.pad(1 - mask, 1, constant_values=1), connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] > labels[0, 0])


def inks(picture: np.ndarray) -> Iterator[Ink]:
    """Yield the ink of a picture (h, w, 3) uint8, the simplest way first; nothing where nothing stands out."""
    colour = paper_colour(picture)
    share, brighter = 1.0, None
    if colour is not None:
        red, green, blue = cv2.split(cv2.absdiff(picture, np.broadcast_to(colour, picture.shape)))
        away = np.asarray(cv2.max(cv2.max(red, green), blue))
        share = UNEVEN
        for ink in _ink(away, 1.0):
            yield ink
            if _is_even(away, ink.mask):
                return
            brighter = _is_brighter(picture, ink.mask, colour)
    dark = [] if brighter else list(_dark(picture, share))
    yield from dark
    if brighter is not False:
        yield from _ink(_darker(255 - picture, paper_light(255 - picture, None)), share)
    if any(cv2.connectedComponents(ink.mask)[0] > GRAINS for ink in dark):
        yield from _dark(cv2.GaussianBlur(picture, (0, 0), GRAIN), share)


def _is_even(away: np.ndarray, mask: np.ndarray) -> bool:
    """Return whether nearly all paper, of which the mask is the ink, is as far from one colour as (h, w) uint8 says."""
    return bool(np.count_nonzero((away > SAME) & (mask == 0)) <= (1 - FLAT) * np.count_nonzero(mask == 0))


def _is_brighter(picture: np.ndarray, mask: np.ndarray, colour: np.ndarray) -> bool | None:
    """Return whether ink is brighter than paper of one colour; None where the mask holds more than writing does."""
    if mask.mean() > WRITING:
        return None
    return bool(sum(cv2.mean(picture, mask)[:3]) > float(colour.sum()))


def _dark(picture: np.ndarray, share: float) -> Iterator[Ink]:
    """Yield what is darker than its paper: by a window that follows the width of a stroke, and by a wide one."""
    wide = list(_ink(_darker(picture, paper_light(picture, None)), share))
    for first in wide:
        yield from _ink(_darker(picture, paper_light(picture, first.stroke)), share)
    yield from wide


def _darker(picture: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """Return share of the paper's light that is missing, in its most telling colour, (h, w) uint8."""
    red, green, blue = cv2.split(cv2.divide(picture, paper, scale=255))
    lack = 255 - cv2.min(cv2.min(red, green), blue)
    red, green, blue = cv2.split(paper)
    lack[cv2.max(cv2.max(red, green), blue) < FAINTEST] = 0
    return np.asarray(lack, np.uint8)


def _ink(contrast: np.ndarray, share: float) -> Iterator[Ink]:
    full = _full_ink(contrast)
    if full >= FAINTEST:
        strength = np.clip(contrast * np.float32(255.0 / full), 0, 255).astype(np.uint8)
        mask = _hysteresis(strength)
        if mask.mean() > MOST_INK and min(mask.shape) > TIGHT:  # the paper, taken for ink
            return
        yield Ink(np.where(mask > 0, strength, 0).astype(np.uint8), mask, share)


def _full_ink(contrast: np.ndarray) -> float:
    """Return contrast between the paper and the middle of a stroke."""
    threshold, _ = cv2.threshold(contrast, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    marked = contrast[contrast > max(threshold, 1)]
    return float(np.percentile(marked, 75)) if len(marked) else 0.0


def _hysteresis(strength: np.ndarray) -> np.ndarray:
    return connected(strength > STRONG, strength > WEAK)


def connected(seeds: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return (h, w) uint8: 1 in the pieces of seeds and others, both (h, w) bool or 0 and 1, that hold a seed."""
    seeds = seeds > 0
    count, labels = cv2.connectedComponents((seeds | (others > 0)).astype(np.uint8), connectivity=8)
    kept = np.zeros(count, np.uint8)
    kept[labels[seeds]] = 1
    return np.asarray(kept[labels])
