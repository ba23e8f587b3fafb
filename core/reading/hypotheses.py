"""A picture read by hypotheses: few ways to find its ink and its digits, each judged by what is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.errors import ImageError
from core.reading.chain import read_chain, read_one
from core.reading.characters import Chain, whole_groups
from core.reading.frames import without_frames
from core.reading.ink import Ink, inks, mended
from core.reading.judge import Judge
from core.reading.orientation import turned, turns_to_read
from core.reading.panel import panels
from core.reading.pieces import find_pieces, union, without_cut_off
from core.reading.ruled_paper import without_ruling

ENOUGH = 0.9
"""A hypothesis that explains this share of its ink ends the search."""

MANY, ENOUGH_OF_MANY = 4, 0.94
"""A hypothesis of this many digits that explains this share ends the search for ink, but not the search for sheets."""

RULED = 0.97
"""Factor on what is explained after lines or frames were removed: digits that need no such step are more likely."""

TURNED, TURN_BELOW, TURN_FROM = 0.9, 0.75, 3
"""A page turned by quarters counts so much, and is tried where an upright one explains less than the second figure
and has so many digits: a single one may look like another when it is turned."""

PER_DIGIT, MOST_COUNTED = 0.04, 8
"""Share by which each further digit makes a hypothesis less likely, and up to how many count: of two that explain
as much, the simpler is taken."""

NARROW = 0.5
"""Power of e by which a line of several digits is less likely for each height by which it is narrower than high: that
is mostly one digit, like a thick 1 of which only the outline was taken for ink."""

FEW = 12
"""Pieces up to which a picture may be one broken digit."""

MENDED, UNCLEAR = 0.85, 0.6
"""What is explained once gaps were filled counts so much; the gaps of a single piece are filled where less is."""

CUT_OFF = 0.8
"""How likely the low pieces at the border of a picture are parts of its neighbours, so that one digit is left."""

MOST_DIGITS, MOST_PIECES = 200, 300
LOWEST = 6
"""A digit is at least this many pixels high."""

GAPS = (0.0, 1.5, 3.0)
"""Widths of a stroke by which the pieces of one broken stroke may lie apart."""


@dataclass(frozen=True)
class How:
    """Whether all ink is one digit, and whether a page may be turned by quarters."""

    one: bool
    turn: bool


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One way to read a picture.

    Attributes
    ----------
    ink : Ink
    back : ndarray
        (3, 3) float: takes the pixels of its boxes to those of the picture.
    share : float
        How likely it is before it is read, beside the simplest one.
    turns : int
        Quarters by which the picture was turned, against the clock.
    chain : Chain
        What was read.
    """

    ink: Ink
    back: np.ndarray
    share: float
    turns: int
    chain: Chain

    @property
    def score(self) -> float:
        """How well it explains the picture, 0 to 1."""
        return self.ink.share * self.share * self.chain.explained

    @property
    def rank(self) -> float:
        """By what the best is chosen."""
        return self.score * float(np.exp(-PER_DIGIT * min(len(self.chain) - 1, MOST_COUNTED) - NARROW * self._narrow))

    @property
    def _narrow(self) -> float:
        """By how many heights its lines of several digits are narrower than high, as a mean over all lines."""
        boxes = [union(np.array([character.box for character in line])) for line in self.chain.lines if len(line) > 1]
        lacking = sum(max(0.0, 1 - (right - left) / (bottom - top)) for left, top, right, bottom in boxes)
        return float(lacking) / max(len(self.chain.lines), 1)

    @property
    def enough(self) -> bool:
        """Whether it explains enough to end the search."""
        return self.score >= ENOUGH or (bool(self.turns) and self.plenty)

    @property
    def plenty(self) -> bool:
        """Whether it reads many digits well enough to end the search for ink in the same picture."""
        return len(self.chain) >= MANY and self.chain.explained >= ENOUGH_OF_MANY

    @property
    def text(self) -> str:
        """What is read, a line of digits each."""
        return self.chain.text


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
        ways = (_turned(best.ink, best.back, best.share, turns, judge) for turns in (1, 3, 2))
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
        found = list(_of(ink, back, 1.0, judge, how))
        yield found
        if any(hypothesis.plenty for hypothesis in found):
            return
        if bare := without_ruling(ink):
            yield list(_of(bare, back, RULED, judge, how))
        if free := without_frames(ink):
            yield list(_of(free, back, RULED, judge, how))


def _of(ink: Ink, back: np.ndarray, share: float, judge: Judge, how: How) -> Iterator[Hypothesis]:
    """Yield readings of an ink turned where it lies on its side, as it is, as one digit, and with its gaps filled."""
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
            on_side = _turned(ink, back, share, turns, judge)
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


def _turned(ink: Ink, back: np.ndarray, share: float, turns: int, judge: Judge) -> Hypothesis | None:
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
