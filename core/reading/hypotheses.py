"""A picture read by hypotheses: few ways to find its ink and its digits, each judged by what is read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.errors import ImageError
from core.reading.characters import Chain
from core.reading.frames import without_frames
from core.reading.hypothesis import Hypothesis
from core.reading.ink import inks
from core.reading.judge import Judge
from core.reading.panel import panels
from core.reading.pieces import find_pieces
from core.reading.readings import MOST_PIECES, TURN_FROM, How, on_its_side, readings
from core.reading.ruled_paper import without_ruling

RULED = 0.97
"""Factor on what is explained after lines or frames were removed: digits that need no such step are more likely."""

TURN_BELOW = 0.75
"""A page is tried turned where the best upright reading explains less than this."""

MOST_DIGITS = 200


def hypotheses(picture: np.ndarray, judge: Judge, *, one: bool = False, turn: bool = True) -> list[Hypothesis]:
    """Return what a picture may say.

    Parameters
    ----------
    picture : ndarray
        (h, w, 3) uint8.
    judge : callable
        From pictures (n, 28, 28) uint8 to how well digits explain them.
    one : bool
        Whether all ink is one digit.
    turn : bool
        Whether a page may be turned by quarters.

    Returns
    -------
    list of Hypothesis
        The best first; empty where nothing stands out from the paper.
    """
    found: list[Hypothesis] = []
    for some in _of_each(picture, judge, How(one, turn)):
        found += some
        if any(hypothesis.enough for hypothesis in some):
            break
    if not found:
        _refuse_print(picture)
    found.sort(key=lambda entry: -entry.rank)
    if found and found[0].score < TURN_BELOW and len(found[0].chain) >= TURN_FROM and turn and not one:
        best = found[0]
        ways = (on_its_side(best.ink, best.back, best.share, turns, judge) for turns in (1, 3, 2))
        found += [way for way in ways if way]
        found.sort(key=lambda entry: -entry.rank)
    return found


def _refuse_print(picture: np.ndarray) -> None:
    """Raise ImageError where a picture is not blank but holds too many pieces of ink."""
    counts = [len(find_pieces(ink)) for ink in inks(picture)]
    if counts and min(counts) > MOST_PIECES:
        raise ImageError(f"An image can have up to {MOST_DIGITS} digits; this one has {min(counts)} pieces.")


def _of_each(picture: np.ndarray, judge: Judge, how: How) -> Iterator[list[Hypothesis]]:
    """Yield the hypotheses of each ink, the simplest first."""
    yield from _inside(picture, np.eye(3), judge, how)
    for panel in panels(picture):
        for some in _inside(panel.picture, panel.back, judge, how):
            yield [hypothesis for hypothesis in some if not _several_cut_off(hypothesis.chain)]


def _several_cut_off(chain: Chain) -> bool:
    """Whether several digits all touch the border of their panel, as in a thick stroke, which has four corners too."""
    return len(chain) > 1 and all(character.cut_off for _, character in chain.characters)


def _inside(picture: np.ndarray, back: np.ndarray, judge: Judge, how: How) -> Iterator[list[Hypothesis]]:
    for ink in inks(picture):
        found = list(readings(ink, back, 1.0, judge, how))
        yield found
        if any(hypothesis.plenty for hypothesis in found):
            return
        if bare := without_ruling(ink):
            yield list(readings(bare, back, RULED, judge, how))
        if free := without_frames(ink):
            yield list(readings(free, back, RULED, judge, how))
