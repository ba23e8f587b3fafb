"""How much speaks against what is read in a digit: two models, the not-a-digit score, other ways to read the whole."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from core.reading.hypothesis import Hypothesis
from core.reading.judge import Judged

RIVAL, POWER = 0.9, 5
"""Weight of another reading that explains as much as the best, and how fast that falls for those that explain less."""

SECOND = 0.7
"""Share of the second opinion, which errs otherwise; an answer of less than 0.66 is doubtful whatever it says."""

GOOD = 0.03
"""Power of the digit-likeness. With more or none, fewer of the digits that are misread are marked."""

DOUBTFUL = 0.101
"""Digits of more doubt should be checked: 5 % of the digits that are read right.

Powers, weight and threshold were chosen on what `benchmark doubt` reads: see docs/decisions/0014-doubt.md."""


def doubt(judged: Judged, second: np.ndarray, rivals: np.ndarray | None = None) -> np.ndarray:
    """Return the doubt about each of n digits, (n,) float64, 0 to 1.

    Parameters
    ----------
    second : (n, 10) float32
        The second opinion on them.
    rivals : ndarray, optional
        (n,) float: what `rivals_of` says of them; none for digits that were found in one way only.
    """
    said = judged.probabilities.argmax(axis=1)
    both = (1 - SECOND) * judged.probabilities + SECOND * second
    sure = both[np.arange(len(said)), said].astype(np.float64) * judged.good**GOOD
    close = np.zeros(len(sure)) if rivals is None else rivals
    return np.asarray(1 - sure * (1 - RIVAL * close**POWER))


def rivals_of(best: Hypothesis, others: Sequence[Hypothesis]) -> np.ndarray:
    """Return how close other ways to read a picture come that read a digit otherwise, for each digit of the best way.

    Returns
    -------
    ndarray
        (n,) float64, 0 to 1: the other's rank as a share of the best's.
    """
    close = np.zeros(len(best.chain))
    for other in others:
        close = np.maximum(close, np.where(agreeing(best.text, other.text), 0.0, other.rank / best.rank))
    return np.clip(close, 0.0, 1.0)


def agreeing(text: str, other: str) -> np.ndarray:
    """Return for each digit of a text whether another has it too, (n,) bool: aligned, all lines run on."""
    text, other = text.replace("\n", ""), other.replace("\n", "")
    found = np.zeros(len(text), bool)
    for block in SequenceMatcher(None, text, other, autojunk=False).get_matching_blocks():
        found[block.a : block.a + block.size] = True
    return found
