"""Which way a page lies: its pieces of ink are read whole in each of the four ways, which is quick."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.reading.characters import Character, whole_groups
from core.reading.ink import Ink
from core.reading.judge import Judge
from core.reading.pieces import find_pieces

CLEAR = 0.75
"""Writing is upright if its pieces, each read as one digit, explain this share of it."""

MORE, FEWEST = 0.2, 4
"""How much more of a page another orientation must explain, and the fewest digits for which others are tried."""


def turned(ink: Ink, turns: int) -> Ink:
    """Turn ink by quarters against the clock."""
    strength, mask = (np.ascontiguousarray(np.rot90(it, turns)) for it in (ink.strength, ink.mask))
    return replace(ink, strength=strength, mask=mask)


def turns_to_read(ink: Ink, upright: list[Character], judge: Judge) -> int:
    """Return by how many quarters against the clock a page is to be turned; 0 where that is not clear.

    Parameters
    ----------
    upright : list of Character
        The whole pieces of the ink as it lies, read.
    judge : callable
    """
    shares = [_explained(upright)]
    if shares[0] >= CLEAR or len(upright) < FEWEST:
        return 0
    for turns in (1, 2, 3):
        way = turned(ink, turns)
        shares.append(_explained(whole_groups(way.strength, find_pieces(way), judge)))
    best = int(np.argmax(shares))
    return best if shares[best] > shares[0] + MORE else 0


def _explained(groups: list[Character]) -> float:
    """Return the share of the ink that groups of pieces explain, each read as one digit."""
    return float(np.average(np.exp([-group.cost for group in groups]), weights=[group.weight for group in groups]))
