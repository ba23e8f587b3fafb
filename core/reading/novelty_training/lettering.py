"""Letters and printed digits: outlines of fonts, and the strokes of OpenCV's Hershey fonts."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from core.errors import DataError

LETTERS = "ACDEFGHJKLMNPQRTUVWXYacdefhijkmnprtuvwxy"
"""Without those that people write like a digit: B and 8, b and 6, g and q and 9, I and l and 1, O and 0, S and 5, Z
and 2."""

SYMBOLS = "&#+=*@$%?!"
FONTS = (
    "DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSerif",
    "DejaVuSerif-Italic", "STIXGeneral", "STIXGeneralItalic", "STIXGeneralBol",
)  # fmt: skip
JUDGING_FONTS = ("cmr10", "cmss10", "cmti10", "cmtt10", "cmb10")
"""Another family (Computer Modern), which nothing is fitted on."""

HERSHEY = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_PLAIN)
JUDGING_HERSHEY = (cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SCRIPT_COMPLEX)
CANVAS, GLYPH, LINE = 112, 78, 4

Face = Callable[[str], np.ndarray]
"""From a character to its picture in white on black, (112, 112) uint8."""


def font_path(name: str) -> Path:
    """Return where matplotlib keeps one of the fonts that come with it; raises DataError where it is not installed."""
    package = find_spec("matplotlib")
    if package is None or package.origin is None:
        raise DataError("The letters' outlines come with matplotlib; install it: pip install matplotlib.")
    return Path(package.origin).parent / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf"


def outlined(font: str) -> Face:
    """Return one of matplotlib's fonts, such as "DejaVuSans"."""
    from PIL import Image, ImageDraw, ImageFont

    face = ImageFont.truetype(str(font_path(font)), GLYPH)

    def picture(character: str) -> np.ndarray:
        sheet = Image.new("L", (CANVAS, CANVAS))
        ImageDraw.Draw(sheet).text((CANVAS // 2, CANVAS // 2), character, fill=255, font=face, anchor="mm")
        return np.asarray(sheet)

    return picture


def stroked(font: int) -> Face:
    """Return one of OpenCV's Hershey fonts, drawn with a pen."""
    size = 5.0 if font == cv2.FONT_HERSHEY_PLAIN else 2.6

    def picture(character: str) -> np.ndarray:
        sheet = np.zeros((CANVAS, CANVAS), np.uint8)
        (width, height), _ = cv2.getTextSize(character, font, size, LINE)
        place = ((CANVAS - width) // 2, (CANVAS + height) // 2 - LINE)
        cv2.putText(sheet, character, place, font, size, 255, LINE, cv2.LINE_AA)
        return sheet

    return picture


def faces(fonts: tuple[str, ...] = FONTS, hershey: tuple[int, ...] = HERSHEY) -> list[Face]:
    """Return fonts as often as Hershey fonts, so that either is half of what is printed."""
    outlines, strokes = [outlined(font) for font in fonts], [stroked(font) for font in hershey]
    times = max(1, round(len(outlines) / max(len(strokes), 1)))
    return outlines + strokes * times
