"""Many digits in one picture: one image to send and to draw, where a figure each would take seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.arrays import UInt8Array
from core.charts.palette import TEXT

SIDE = 28
LINE_HEIGHT = 15  # pixels of a line of caption
CAPTION_SIZE = 12


@dataclass(frozen=True)
class Sheet:
    """Where each item lies on a sheet; lengths in pixels."""

    items: int
    columns: int
    tile: int  # side of a digit
    caption: int  # height below it
    gap: int  # between tiles

    @property
    def rows(self) -> int:
        """Rows that are needed, at least 1."""
        return max(1, -(-self.items // self.columns))

    @property
    def width(self) -> int:
        """Of the whole sheet."""
        return self.columns * (self.tile + self.gap)

    @property
    def height(self) -> int:
        """Of the whole sheet."""
        return self.rows * (self.tile + self.caption + self.gap)

    def corner(self, item: int) -> tuple[int, int]:
        """Return left and top of an item's digit."""
        row, column = divmod(item, self.columns)
        half = self.gap // 2
        return column * (self.tile + self.gap) + half, row * (self.tile + self.caption + self.gap) + half


def layout(items: int, columns: int = 10, *, scale: int = 2, caption_lines: int = 0, gap: int = 8) -> Sheet:
    """Plan a sheet of digits, each pixel `scale` screen pixels wide."""
    return Sheet(items, columns, SIDE * scale, LINE_HEIGHT * caption_lines, gap)


def picture(images: UInt8Array, plan: Sheet, captions: Sequence[str] = (), frames: Sequence[str] = ()) -> UInt8Array:
    """Draw the digits as the models see them, white on black, in one picture.

    Parameters
    ----------
    images : (n, 28, 28) uint8
    plan : from `layout`, for n items
    captions : text below each digit, lines parted by newlines
    frames : a colour (hex) around each digit, "" for none

    Returns
    -------
    (height, width, 4) uint8 RGBA, transparent between the tiles
    """
    canvas = np.zeros((plan.height, plan.width, 4), dtype=np.uint8)
    for item, image in enumerate(images):
        left, top = plan.corner(item)
        tile = canvas[top : top + plan.tile, left : left + plan.tile]
        tile[..., :3] = cv2.resize(image, (plan.tile, plan.tile), interpolation=cv2.INTER_NEAREST)[..., None]
        tile[..., 3] = 255
    return _written(canvas, plan, captions, frames) if captions or frames else canvas


def _written(canvas: np.ndarray, plan: Sheet, captions: Sequence[str], frames: Sequence[str]) -> np.ndarray:
    drawn = Image.fromarray(canvas)
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(CAPTION_SIZE)
    for item, text in enumerate(captions):
        left, top = plan.corner(item)
        below = (left + plan.tile / 2, top + plan.tile + 2)
        pen.multiline_text(below, text, fill=TEXT, font=font, anchor="ma", align="center", spacing=2)
    for item, colour in enumerate(frames):
        if colour:
            left, top = plan.corner(item)
            pen.rectangle((left - 3, top - 3, left + plan.tile + 2, top + plan.tile + 2), outline=colour, width=3)
    return np.asarray(drawn)


def sheet(
    images: UInt8Array, columns: int = 10, captions: Sequence[str] = (), *, frames: Sequence[str] = (), scale: int = 2
) -> bytes:
    """Draw many digits in one PNG; `layout` with the same numbers tells what lies where.

    Parameters
    ----------
    images : (n, 28, 28) uint8
    columns : digits in a row
    captions : text below each, lines parted by newlines
    frames : a colour (hex) around each, "" for none
    scale : screen pixels a pixel
    """
    plan = layout(len(images), columns, scale=scale, caption_lines=_lines(captions))
    return _png(picture(images, plan, captions, frames))


def _lines(captions: Sequence[str]) -> int:
    return max((text.count("\n") + 1 for text in captions), default=0)


def _png(rgba: np.ndarray) -> bytes:
    encoded = cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, 3])[1]
    return encoded.tobytes()
