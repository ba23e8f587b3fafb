"""A sheet on a table, a plot's frame, a form's field: quadrilaterals that hold the writing, straightened."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

SMALL = 500
"""Quadrilaterals are looked for on a picture whose longer side has at most this many pixels."""

SMALLEST, LARGEST = 0.04, 0.95
"""Share of the picture that a quadrilateral covers."""

SHORTEST = 28
"""Pixels of the picture that each of its sides has, at least: what is smaller holds no writing but is part of it."""

FILLED = 0.9
"""Share of the quadrilateral that its shape covers, so that round shapes are none."""

MARGIN = 0.015
"""Share of the straightened picture that is cut off on each side: the edge itself."""

MOST_PANELS = 3
SAME = 0.05
"""Two quadrilaterals whose corners lie nearer than this share of the picture's longer side are one."""


@dataclass(frozen=True, eq=False)
class Panel:
    """A straightened part of a picture.

    Attributes
    ----------
    picture : ndarray
        (h, w, 3) uint8.
    back : ndarray
        (3, 3) float: takes its pixels to those of the picture it was found in.
    """

    picture: np.ndarray
    back: np.ndarray


def panels(picture: np.ndarray) -> list[Panel]:
    """Return quadrilaterals lighter or darker than what is around them, the largest first."""
    height, width = picture.shape[:2]
    scale = min(1.0, SMALL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    light = cv2.threshold(cv2.GaussianBlur(grey, (0, 0), 1), 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    found: list[np.ndarray] = []
    for mask in (light, 1 - light):
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        found += [corners for outline in outlines if (corners := _corners(outline, grey.shape)) is not None]
    chosen: list[np.ndarray] = []
    for corners in sorted(found, key=lambda corners: -cv2.contourArea(corners)):
        if all(np.abs(corners - other).max() > SAME * max(size) for other in chosen):
            chosen.append(corners)
    large = [corners / scale for corners in chosen if _sides(corners / scale).min() >= SHORTEST]
    return [_straightened(picture, corners) for corners in large[:MOST_PANELS]]


def _corners(outline: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return (4, 2) float32 corners, clockwise from the upper left, of a quadrilateral inside the picture.

    None for others.
    """
    height, width = shape
    area = cv2.contourArea(outline)
    if not SMALLEST * height * width < area < LARGEST * height * width:
        return None
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.04 * cv2.arcLength(hull, True), True)
    if len(corners) != 4 or area < FILLED * cv2.contourArea(corners):
        return None
    places = corners.reshape(4, 2).astype(np.float32)
    if (places <= 1).any() or (places >= (width - 2, height - 2)).any():
        return None  # cut off by the picture's own border
    around = places - places.mean(axis=0)
    places = places[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return np.roll(places, -int(places.sum(axis=1).argmin()), axis=0)


def _sides(corners: np.ndarray) -> np.ndarray:
    """Return (4,) lengths of the sides of a quadrilateral (4, 2)."""
    return np.asarray(np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1))


def _straightened(picture: np.ndarray, corners: np.ndarray) -> Panel:
    sides = _sides(corners)
    width, height = max(16, round(max(sides[0], sides[2]))), max(16, round(max(sides[1], sides[3])))
    x, y = MARGIN * width + 1, MARGIN * height + 1
    target = np.array([[-x, -y], [width + x, -y], [width + x, height + y], [-x, height + y]], np.float32)
    there = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return Panel(cv2.warpPerspective(picture, there, (width, height), flags=cv2.INTER_LINEAR), np.linalg.inv(there))
