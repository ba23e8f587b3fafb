"""Fabric.js paths, flattened to polylines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.arrays import Float64Array
from core.errors import ImageError

MOST_COMMANDS = 25_000
FARTHEST = 100_000.0
CURVE_STEPS = 6

Place = tuple[float, float]
Curve = list[Place]

_T = np.linspace(0.0, 1.0, CURVE_STEPS + 1)[1:, None]
BERNSTEIN = np.array([1, 3, 3, 1]) * _T ** np.arange(4) * (1 - _T) ** np.arange(3, -1, -1)
"""(CURVE_STEPS, 4): weights of a cubic curve's control points along it."""


def path_lines(item: Mapping[str, Any]) -> list[np.ndarray]:
    """Read a path's commands into polylines.

    Parameters
    ----------
    item : dict
        A Fabric.js path; `path` lists commands such as `["Q", x1, y1, x, y]`, with absolute coordinates.

    Returns
    -------
    list of ndarray
        (n, 2) float64 for each piece between two moves, in the path's own coordinates.

    Raises
    ------
    ImageError
        For anything but commands M, L, Q, C and Z with finite numbers, and for a path that is too long.
    """
    commands = item.get("path")
    if not isinstance(commands, list):
        raise ImageError("A path in the drawing has no list of commands.")
    if len(commands) > MOST_COMMANDS:
        raise ImageError(f"A stroke can have up to {MOST_COMMANDS:,} points; this one has {len(commands):,}.")
    lines: list[list[Curve]] = []
    pen = home = (0.0, 0.0)
    for command in commands:
        name, places = _command(command)
        if name == "M":
            home = places[0]
        if name == "M" or not lines:
            lines.append([(places or [home])[-1:] * 4])
        else:
            lines[-1].append(_as_cubic([pen, *(places or [home])]))
        pen = (places or [home])[-1]
    return [_flattened(line) for line in lines]


def _command(command: Any) -> tuple[str, list[Place]]:
    """Return letter and points of one path command; Fabric.js writes M, L, Q, C and Z, with absolute coordinates."""
    if not isinstance(command, list) or not command or POINTS_OF.get(str(command[0])[:2]) != (len(command) - 1) / 2:
        raise ImageError(
            "A path in the drawing has an invalid command; allowed are M, L, Q, C and Z with their points."
        )
    values = [checked_number(value, "path") for value in command[1:]]
    return command[0], list(zip(values[::2], values[1::2], strict=True))


POINTS_OF = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}


def _as_cubic(controls: list[Place]) -> Curve:
    """Return two, three or four control points as those of the same curve in cubic form (Bezier degree elevation)."""
    if len(controls) == 4:
        return controls
    first, last = controls[0], controls[-1]
    share, middle = (2 / 3, controls[1]) if len(controls) == 3 else (0.0, first)
    near = (first[0] + share * (middle[0] - first[0]), first[1] + share * (middle[1] - first[1]))
    far = (last[0] + share * (middle[0] - last[0]), last[1] + share * (middle[1] - last[1]))
    return [first, near, far, last]


def _flattened(curves: list[Curve]) -> Float64Array:
    """Return (n, 2) float64 points along cubic curves, of which the first is the starting point alone."""
    controls = np.array(curves)
    along = np.einsum("tk,nkd->ntd", BERNSTEIN, controls[1:]).reshape(-1, 2)
    return np.concatenate([controls[0, :1], along])


def checked_number(value: Any, name: str) -> float:
    """Return a finite number within reach of any canvas; raises ImageError that names it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ImageError(f"`{name}` in a drawing must be a number; got {type(value).__name__}.")
    if not abs(value) <= FARTHEST:
        raise ImageError(f"`{name}` in a drawing must be a number within {FARTHEST:,.0f} of zero.")
    return float(value)
