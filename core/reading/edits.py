"""What people change about the digits that were found: one split in two, two joined to one."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.errors import ImageError
from core.reading.judge import Judge
from core.reading.mnist_style import in_mnist_style
from core.reading.owners import full, over_segment
from core.reading.pieces import union
from core.reading.segments import FoundDigit


def split(digit: FoundDigit, judge: Judge) -> tuple[FoundDigit, FoundDigit]:
    """Cut a digit in two where the halves read best.

    Raises
    ------
    ImageError
        If its ink is too narrow to be cut.
    """
    if digit.ink is None:
        raise ImageError("Only digits of a picture can be split; draw them apart.")
    shares, _ = over_segment(digit.ink)
    cuts = [(shares[:place].sum(axis=0), shares[place:].sum(axis=0)) for place in range(1, len(shares))]
    halves = [tuple((full(share) * digit.ink).astype(np.uint8) for share in cut) for cut in cuts]
    halves = [pair for pair in halves if all(half.any() for half in pair)]
    if not halves:
        raise ImageError("This digit is too narrow to be split.")
    images = np.stack([in_mnist_style(half) for pair in halves for half in pair])
    costs = judge(images).cost.reshape(-1, 2).sum(axis=1)
    left, right = halves[int(costs.argmin())]
    return _cropped(digit, left), _cropped(digit, right)


def _cropped(digit: FoundDigit, ink: np.ndarray) -> FoundDigit:
    """Return a part of a digit, with its own box."""
    x, y, width, height = cv2.boundingRect((ink > 0).astype(np.uint8))
    across, down = digit.box[2] / ink.shape[1], digit.box[3] / ink.shape[0]
    box = (
        digit.box[0] + round(x * across), digit.box[1] + round(y * down),
        max(1, round(width * across)), max(1, round(height * down)),
    )  # fmt: skip
    own = ink[y : y + height, x : x + width]
    return replace(digit, image=in_mnist_style(own), box=box, ink=own)


def join(first: FoundDigit, second: FoundDigit) -> FoundDigit:
    """Return two found digits as one."""
    if first.ink is None or second.ink is None:
        raise ImageError("Only digits of a picture can be joined; draw them as one.")
    corners = np.array([[x, y, x + width, y + height] for x, y, width, height in (first.box, second.box)])
    left, top, right, bottom = union(corners).tolist()
    scale = first.ink.shape[0] / first.box[3]
    sheet = np.zeros((max(1, round((bottom - top) * scale)), max(1, round((right - left) * scale))), np.uint8)
    for digit, ink in ((first, first.ink), (second, second.ink)):
        x, y, width, height = (
            round(value * scale) for value in (digit.box[0] - left, digit.box[1] - top, *digit.box[2:])
        )
        width, height = min(max(width, 1), sheet.shape[1] - x), min(max(height, 1), sheet.shape[0] - y)
        place = sheet[y : y + height, x : x + width]
        np.maximum(place, cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA), out=place)
    box = (left, top, right - left, bottom - top)
    return FoundDigit(in_mnist_style(sheet), box, first.line, sheet, first.cut_off or second.cut_off)
