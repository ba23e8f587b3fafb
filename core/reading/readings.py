"""The ways to read one ink: as it is, as one digit, with its gaps filled, turned where it lies on its side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.reading.chain import read_chain, read_one
from core.reading.characters import whole_groups
from core.reading.hypothesis import ENOUGH, Hypothesis
from core.reading.ink import Ink, mended
from core.reading.judge import Judge
from core.reading.orientation import turned, turns_to_read
from core.reading.pieces import find_pieces, without_cut_off

TURNED, TURN_FROM = 0.9, 3
"""A page turned by quarters counts so much, and has at least so many digits: a single one may look like another when it
is turned."""

FEW = 12
"""Pieces up to which a picture may be one broken digit."""

MENDED, UNCLEAR = 0.85, 0.6
"""What is explained once gaps were filled counts so much; the gaps of a single piece are filled where less is."""

CUT_OFF = 0.8
"""How likely the low pieces at the border of a picture are parts of its neighbours, so that one digit is left."""

MOST_PIECES = 300
LOWEST = 6
"""A digit is at least this many pixels high."""

GAPS = (0.0, 1.5, 3.0)
"""Widths of a stroke by which the pieces of one broken stroke may lie apart."""


@dataclass(frozen=True)
class How:
    """Whether all ink is one digit, and whether a page may be turned by quarters."""

    one: bool
    turn: bool


def readings(ink: Ink, back: np.ndarray, share: float, judge: Judge, how: How) -> Iterator[Hypothesis]:
    """Yield readings of an ink turned where it lies on its side, as it is, as one digit, and with its gaps filled.

    Parameters
    ----------
    back : ndarray
        (3, 3) float: takes the ink's pixels to those of the picture.
    share : float
        How likely this ink is before it is read, beside the simplest one; 0 to 1.
    """
    read, before = "", 0
    every = find_pieces(ink, dust=0.0)
    few = len(every) <= FEW  # dust on a page is not writing, but each of a few pieces may be
    for gap in GAPS:
        if gap and before > FEW:
            return
        whole = mended(ink, gap) if gap else ink
        pieces = find_pieces(whole)
        if not 0 < len(pieces) <= MOST_PIECES or pieces.height < LOWEST:
            return
        before = before or len(pieces)
        all_of_it = every if few and gap == 0 else pieces
        if how.one or (gap == 0 and 1 < len(all_of_it) <= FEW):
            yield Hypothesis(whole, back, share, 0, read_one(whole.strength, all_of_it, judge))
        if gap == 0 and few and every.at_edge.any():
            yield from _inner(ink, back, share, judge)
        if how.one:
            continue
        groups = whole_groups(whole.strength, pieces, judge)
        if how.turn and gap == 0 and (turns := turns_to_read(ink, groups, judge)):
            on_side = on_its_side(ink, back, share, turns, judge)
            if on_side:
                yield on_side
                if on_side.enough:
                    return
        chain = read_chain(whole.strength, pieces, judge, groups, picture=True)
        if gap == 0 and few:
            chain = replace(chain, explained=chain.explained * pieces.weight.sum() / every.weight.sum())
        if len(chain) and chain.text != read:
            yield Hypothesis(whole, back, share * (MENDED if gap else 1.0), 0, chain)
        read = chain.text
        enough = UNCLEAR if len(pieces) == 1 else ENOUGH
        if gap == 0 and chain.explained >= enough and not 1 < len(all_of_it) <= FEW:
            return


def _inner(ink: Ink, back: np.ndarray, share: float, judge: Judge) -> Iterator[Hypothesis]:
    """Yield a reading of an ink as one digit without the low pieces at the border of the picture."""
    if inner := without_cut_off(find_pieces(ink, dust=0.0, corners=False)):
        yield Hypothesis(ink, back, share * CUT_OFF, 0, read_one(ink.strength, inner, judge))


def on_its_side(ink: Ink, back: np.ndarray, share: float, turns: int, judge: Judge) -> Hypothesis | None:
    """Return a reading of the same ink, turned by quarters against the clock; None for too few digits."""
    way = turned(ink, turns)
    pieces = find_pieces(way)
    if not len(pieces):
        return None
    chain = read_chain(way.strength, pieces, judge)
    if len(chain) < TURN_FROM:
        return None
    return Hypothesis(way, back @ turned_back(turns, *ink.mask.shape), share * TURNED, turns, chain)


def turned_back(turns: int, height: int, width: int) -> np.ndarray:
    """Return (3, 3) float: from the pixels of a picture turned by quarters against the clock to those it had before."""
    back = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, -1, width], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, height], [0, 0, 1]],
    }
    return np.array(back[turns], float)
