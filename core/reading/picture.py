"""A photo, scan or small picture to digits, by the hypothesis that explains its ink best."""

from __future__ import annotations

import cv2
import numpy as np

from core.errors import ImageError
from core.models.serving.predictor import Reader
from core.reading.advice import advice
from core.reading.characters import Character
from core.reading.doubt import rivals_of
from core.reading.hypotheses import MOST_DIGITS, hypotheses
from core.reading.hypothesis import ENOUGH, Hypothesis
from core.reading.judge import Judged, judge_of
from core.reading.look import Look, checked
from core.reading.pixels import SIZE, as_mnist, without_enlargement
from core.reading.readings import turned_back
from core.reading.segments import Box, FoundDigit
from core.reading.upload import open_picture

LONGEST = 1_600
FRINGE = 96
"""Ink up to this value is the blurred edge of a stroke."""


BLANK_PICTURE = "No digit was found in the image."


def read_picture(data: bytes, reader: Reader, *, turns: int | None = None, one: bool = False) -> Look:
    """Find the digits of a picture, line by line and from left to right.

    Parameters
    ----------
    data : bytes
        Content of an image file; see `open_picture`. A 28 x 28 picture in MNIST's own style is taken as it is,
        unless it looks like no digit and several digits explain it.
    reader : Reader
        The model that answers: it judges what the ink may mean.
    turns : int or None
        Quarters against the clock by which the picture is turned first; None turns a page that reads better so.
    one : bool
        Whether the picture shows one digit, whatever it looks like.

    Returns
    -------
    Look
        At least one digit; boxes in pixels of the upright source.

    Raises
    ------
    ImageError
        When the file is no picture, nothing is written on it, or more than 200 digits.
    """
    picture, reduction = open_picture(data, LONGEST)
    picture, factor = without_enlargement(picture)
    judge = judge_of(reader)
    scale = np.diag([reduction * factor, reduction * factor, 1.0])
    as_it_is: Look | None = None
    if turns is None and (mnist := as_mnist(picture)) is not None:
        side = SIZE * factor
        judged = judge(mnist[None])
        as_it_is = checked((FoundDigit(mnist, (0, 0, side, side), 0, mnist),), judged)
        if not as_it_is.strange[0]:
            return as_it_is
    if turns:
        scale = scale @ turned_back(turns % 4, *picture.shape[:2])
        picture = np.ascontiguousarray(np.rot90(picture, turns))
    found = hypotheses(picture, judge, one=one, turn=turns is None)
    if not found:
        raise ImageError(f"{BLANK_PICTURE} {advice(picture)}")
    if as_it_is and (len(found[0].chain) == 1 or found[0].rank < ENOUGH):
        return as_it_is
    return _look(found, scale)


def looks_as_they_are(images: np.ndarray, reader: Reader) -> list[Look]:
    """Read pictures (n, 28, 28) uint8 that are in MNIST's own style, each one digit, all at once."""
    judged = judge_of(reader)(images)
    whole = (0, 0, SIZE, SIZE)
    return [
        checked((FoundDigit(image, whole, 0, image),), Judged(row[None], good[None]))
        for image, row, good in zip(images, judged.probabilities, judged.good, strict=True)
    ]


def _look(found: list[Hypothesis], scale: np.ndarray) -> Look:
    best = found[0]
    if len(best.chain) > MOST_DIGITS:
        raise ImageError(f"An image can have up to {MOST_DIGITS} digits; this one has {len(best.chain)} pieces.")
    characters = list(best.chain.characters)
    digits = tuple(
        FoundDigit(character.image, _box(tight(character), scale @ best.back), line, character.ink, character.cut_off)
        for line, character in characters
    )
    probabilities = np.stack([character.probabilities for _, character in characters])
    good = np.array([character.good for _, character in characters])
    return checked(digits, Judged(probabilities, good), turns=best.turns, rivals=rivals_of(best, found[1:]))


def tight(character: Character) -> np.ndarray:
    """Return the box (4,) of the part of a character's ink that is not its pale fringe."""
    x, y, width, height = cv2.boundingRect((character.ink > FRINGE).astype(np.uint8))
    left, top = character.box[:2]
    return np.array([left + x, top + y, left + x + width, top + y + height]) if width else character.box


def _box(box: np.ndarray, back: np.ndarray) -> Box:
    """Return x, y, width and height in the source of a box (4,) left, top, right, bottom."""
    left, top, right, bottom = box
    corners = np.array([[left, top, 1], [right, top, 1], [right, bottom, 1], [left, bottom, 1]]) @ back.T
    places = corners[:, :2] / corners[:, 2:]
    low, high = np.floor(places.min(axis=0) + 0.01), np.ceil(places.max(axis=0) - 0.01)
    x, y = int(low[0]), int(low[1])
    return x, y, int(high[0]) - x, int(high[1]) - y
