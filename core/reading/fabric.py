"""Fabric.js drawings, as streamlit-drawable-canvas returns them, read into strokes.

The places of objects follow Fabric.js 7 (`calcOwnMatrix`, `translateToCenterPoint`): an object's own coordinates are
taken about the centre of their bounding box, skewed, scaled, flipped, turned, and moved to the object's centre.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.errors import ImageError
from core.reading.fabric_path import FARTHEST, MOST_COMMANDS, checked_number, path_lines
from core.reading.strokes import Stroke

MOST_OBJECTS = 1_000
MOST_POINTS = 200_000

ORIGINS = {"left": -0.5, "top": -0.5, "center": 0.0, "right": 0.5, "bottom": 0.5}
NOT_A_DRAWING = "This is not a drawing: a drawing is a JSON object with a list named `objects`."


def strokes_of_document(document: Any) -> list[Stroke]:
    """Read the pen strokes of a canvas, in the order in which they were drawn.

    Parameters
    ----------
    document : dict
        `json_data` of the canvas. Paths, lines, circles, rectangles and polygons become strokes; what is
        not made of lines (text, pictures) is passed over.

    Returns
    -------
    list of Stroke
        In canvas pixels; empty when nothing is drawn.

    Raises
    ------
    ImageError
        When the document is not a drawing, is too large, or holds numbers that are not finite or far off the canvas.
    """
    if document is None:
        return []
    objects = document.get("objects") if isinstance(document, Mapping) else None
    if not isinstance(objects, list):
        raise ImageError(NOT_A_DRAWING)
    if len(objects) > MOST_OBJECTS:
        raise ImageError(f"A drawing can have up to {MOST_OBJECTS:,} strokes; this one has {len(objects):,}.")
    strokes: list[Stroke] = []
    points = 0
    for item in objects:
        drawn = _strokes_of_object(item)
        points += sum(len(stroke.points) for stroke in drawn)
        if points > MOST_POINTS:
            raise ImageError(f"A drawing can have up to {MOST_POINTS:,} points; this one has more.")
        strokes += drawn
    return strokes


def _strokes_of_object(item: Any) -> list[Stroke]:
    if not isinstance(item, Mapping):
        raise ImageError(NOT_A_DRAWING)
    outline = OUTLINES.get(str(item.get("type", "")).lower())
    if outline is None or item.get("visible") is False:
        return []
    lines = [line for line in outline(item) if len(line)]
    if not lines:
        return []
    every = np.concatenate(lines)
    low, high = every.min(axis=0), every.max(axis=0)
    middle, size = (low + high) / 2, high - low
    matrix, centre = _transform(item, size)
    area = abs(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0])  # LAPACK would take 32 MB for each thread
    width = min(abs(_number(item, "strokeWidth", 1.0)) * math.sqrt(area), FARTHEST)
    return [Stroke(_within_reach((line - middle) @ matrix.T + centre), width) for line in lines]


def _transform(item: Mapping[str, Any], size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (2, 2) matrix and (2,) centre that take an object's centred coordinates to the canvas."""
    scale = np.diag([_signed_scale(item, "scaleX", "flipX"), _signed_scale(item, "scaleY", "flipY")])
    skew_x = np.array([[1.0, math.tan(math.radians(_number(item, "skewX", 0.0)))], [0.0, 1.0]])
    skew_y = np.array([[1.0, 0.0], [math.tan(math.radians(_number(item, "skewY", 0.0))), 1.0]])
    angle = math.radians(_number(item, "angle", 0.0))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    shape = scale @ skew_x @ skew_y
    uniform = item.get("strokeUniform") is True
    pen = _number(item, "strokeWidth", 1.0)
    outer = np.abs(shape) @ (size + (0.0 if uniform else pen)) + (pen if uniform else 0.0)
    origin = np.array([_origin(item, "originX"), _origin(item, "originY")])
    place = np.array([_number(item, "left", 0.0), _number(item, "top", 0.0)])
    return turn @ shape, place - turn @ (origin * outer)


def _signed_scale(item: Mapping[str, Any], scale: str, flip: str) -> float:
    return _number(item, scale, 1.0) * (-1.0 if item.get(flip) is True else 1.0)


def _origin(item: Mapping[str, Any], name: str) -> float:
    """Return where on the object `left` and `top` point to, as a share of its size from its centre."""
    origin = item.get(name, "left")
    if isinstance(origin, str):
        return ORIGINS.get(origin, -0.5)
    return _number(item, name, 0.0) - 0.5


def _number(item: Mapping[str, Any], name: str, default: float) -> float:
    return checked_number(item.get(name, default), name)


def _within_reach(points: np.ndarray) -> np.ndarray:
    if not (np.abs(points) <= FARTHEST).all():
        raise ImageError(f"A stroke lies more than {FARTHEST:,.0f} pixels off the canvas.")
    return points


def _line(item: Mapping[str, Any]) -> list[np.ndarray]:
    x1, y1, x2, y2 = (_number(item, name, 0.0) for name in ("x1", "y1", "x2", "y2"))
    return [np.array([[x1, y1], [x2, y2]])]


def _rectangle(item: Mapping[str, Any]) -> list[np.ndarray]:
    width, height = _number(item, "width", 0.0), _number(item, "height", 0.0)
    return [np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height], [0.0, 0.0]])]


def _circle(item: Mapping[str, Any]) -> list[np.ndarray]:
    angle = np.linspace(0.0, 2 * np.pi, 65)
    return [_number(item, "radius", 0.0) * np.column_stack([np.cos(angle), np.sin(angle)])]


def _polygon(item: Mapping[str, Any]) -> list[np.ndarray]:
    points = item.get("points")
    if not isinstance(points, list) or not all(isinstance(point, Mapping) for point in points):
        raise ImageError("A polygon in the drawing has no list of points.")
    if len(points) > MOST_COMMANDS:
        raise ImageError(f"A polygon can have up to {MOST_COMMANDS:,} points; this one has {len(points):,}.")
    closed = points + points[:1] if str(item["type"]).lower() == "polygon" else points
    corners = [(_number(point, "x", 0.0), _number(point, "y", 0.0)) for point in closed]
    return [np.array(corners, dtype=np.float64).reshape(-1, 2)]


OUTLINES: dict[str, Callable[[Mapping[str, Any]], list[np.ndarray]]] = {
    "path": path_lines,
    "line": _line,
    "rect": _rectangle,
    "labeledrect": _rectangle,
    "circle": _circle,
    "polygon": _polygon,
    "polyline": _polygon,
}
