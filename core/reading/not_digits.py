"""Pictures of what is not a digit: letters from fonts' outlines, and scribbles from random pen paths."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from core.arrays import Float64Array, UInt8Array
from core.errors import DataError
from core.reading.mnist_style import in_mnist_style
from core.reading.strokes import Stroke, render

LETTERS = "ACDEFGHJKLMNPQRTUVWXYacdefhijkmnprtuvwxy"
"""Without those that people write like a digit: B and 8, b and 6, g and q and 9, I and l and 1, O and 0, S and 5, Z
and 2."""

SYMBOLS = "&#+=*@$%?"
CALIBRATION_FONTS = (
    "DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Italic",
    "STIXGeneral", "STIXGeneralItalic", "STIXGeneralBol",
)  # fmt: skip
TEST_FONTS = ("cmr10", "cmss10", "cmti10", "cmtt10", "cmb10")
"""Another family (Computer Modern), which nothing is calibrated on."""

GLYPH, CANVAS = 96, 192
PEN = 18.0


def font_path(name: str) -> Path:
    """Return where matplotlib keeps one of the fonts that come with it; raises DataError where it is not installed."""
    package = find_spec("matplotlib")
    if package is None or package.origin is None:
        raise DataError("The letters' outlines come with matplotlib; install it: pip install matplotlib.")
    return Path(package.origin).parent / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf"


def letters(font: str, characters: str, rng: np.random.Generator, *, times: int = 1) -> UInt8Array:
    """Write each character `times` times, each time slanted, turned and stretched a little differently.

    Parameters
    ----------
    font : str
        One of matplotlib's, such as "DejaVuSans".

    Returns
    -------
    (times * characters, 28, 28) uint8
        0 paper to 255 ink, normalised as MNIST was.
    """
    from PIL import ImageFont

    face = ImageFont.truetype(str(font_path(font)), GLYPH)
    outlines = [_outline(face, character) for character in characters]
    return np.stack([in_mnist_style(_by_hand(outline, rng)) for _ in range(times) for outline in outlines])


def _outline(face: object, character: str) -> UInt8Array:
    """Return one character in white on black, (192, 192) uint8."""
    from PIL import Image, ImageDraw

    picture = Image.new("L", (CANVAS, CANVAS))
    ImageDraw.Draw(picture).text((CANVAS // 2, CANVAS // 2), character, fill=255, font=face, anchor="mm")  # type: ignore[arg-type]
    return np.asarray(picture)


def _by_hand(picture: UInt8Array, rng: np.random.Generator) -> np.ndarray:
    """Turn up to 12 degrees, slant up to 0.25 and stretch up to a quarter, about the middle."""
    angle, slant, stretch = np.radians(rng.uniform(-12, 12)), rng.uniform(-0.25, 0.25), rng.uniform(0.8, 1.25)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.array([[1, slant], [0, 1]]) @ np.diag([stretch, 1])
    middle = np.full(2, (CANVAS - 1) / 2)
    return cv2.warpAffine(picture, np.column_stack([linear, middle - linear @ middle]), (CANVAS, CANVAS))


def splines(count: int, rng: np.random.Generator) -> UInt8Array:
    """Return scribbles (n, 28, 28) uint8: a smooth line through 7 to 16 random places, lifted now and then."""
    return np.stack([render(_lifted(_spline(rng), rng)) for _ in range(count)])


def _spline(rng: np.random.Generator) -> Float64Array:
    """Return (p, 2) float64 places on a Catmull-Rom spline, in canvas pixels."""
    knots = rng.uniform(0, 200, (rng.integers(7, 17), 2))
    padded = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(before, start, end, after, strict=True)
    ]
    return np.concatenate(pieces)


def wanderings(count: int, rng: np.random.Generator) -> UInt8Array:
    """Return other scribbles (n, 28, 28) uint8: a pen that turns at random as it goes, or zigzags across the paper."""
    return np.stack([render([_zigzag(rng) if rng.random() < 0.4 else _wandering(rng)]) for _ in range(count)])


def _wandering(rng: np.random.Generator) -> Stroke:
    """Return a pen of steady speed whose direction wanders: 150 to 400 steps of 6 pixels."""
    steps = int(rng.integers(150, 400))
    direction = np.cumsum(rng.normal(0, 0.35, steps)) + rng.uniform(0, 2 * np.pi)
    places = np.cumsum(6 * np.column_stack([np.cos(direction), np.sin(direction)]), axis=0)
    return Stroke(100 * np.sin(places / 100), PEN)  # folded back at the edges of the paper


def _zigzag(rng: np.random.Generator) -> Stroke:
    """Move to and fro, 7 to 14 times, while moving across, as one crosses something out."""
    turns = int(rng.integers(7, 15))
    across = np.linspace(0, rng.uniform(80, 200), turns) + rng.normal(0, 8, turns)
    places = np.column_stack([across, np.where(np.arange(turns) % 2, 180, 0) + rng.normal(0, 18, turns)])
    angle = rng.uniform(0, 2 * np.pi)
    return Stroke(places @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]), PEN)


def _lifted(places: np.ndarray, rng: np.random.Generator) -> Sequence[Stroke]:
    """Return one line as up to three strokes."""
    cuts = np.sort(rng.choice(np.arange(5, len(places) - 5), rng.integers(0, 3), replace=False))
    return [Stroke(part, PEN) for part in np.split(places, cuts) if len(part) > 1]
