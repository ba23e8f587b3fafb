"""One way to read a picture, and how likely it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.reading.characters import Chain
from core.reading.ink import Ink
from core.reading.pieces import union

ENOUGH = 0.9
"""A hypothesis that explains this share of its ink ends the search."""

MANY, ENOUGH_OF_MANY = 4, 0.94
"""A hypothesis of this many digits that explains this share ends the search for ink, but not the search for sheets."""

PER_DIGIT, MOST_COUNTED = 0.04, 8
"""Share by which each further digit makes a hypothesis less likely, and up to how many count: of two that explain
as much, the simpler is taken."""

NARROW = 0.5
"""Power of e by which a line of several digits is less likely for each height by which it is narrower than high: that
is mostly one digit, like a thick 1 of which only the outline was taken for ink."""


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
