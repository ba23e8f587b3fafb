"""What was found in a drawing or a picture: its digits, what is read in them, and what people should know about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.explain.novelty import load_novelty
from core.reading.judge import Judged
from core.reading.segments import FoundDigit

SURE = 0.75
"""A digit is doubtful below this product of the model's probability and the square root of its digit-likeness."""

CLOSE = 0.93
"""A second way to read the whole that explains more than this share of what the best explains makes it doubtful."""

NOT_A_DIGIT = "This does not look like a digit: more like a letter or a scribble."
NOT_DIGITS = "None of these look like digits: more like letters or scribbles."
SOME_NOT = "These do not look like digits: number {numbers}."
SEVERAL = "This looks like several digits that were read as one."


@dataclass(frozen=True, eq=False)
class Look:
    """What was found.

    Attributes
    ----------
    digits : tuple of FoundDigit
    probabilities : ndarray
        (n, 10) float32: what the model that answers reads in each.
    warnings : tuple of str
        Sentences for people.
    strange, doubtful : ndarray
        (n,) bool: digits that look like none, and digits that somebody should check.
    turns : int
        Quarters against the clock by which the picture was turned.
    """

    digits: tuple[FoundDigit, ...]
    probabilities: np.ndarray
    warnings: tuple[str, ...]
    strange: np.ndarray
    doubtful: np.ndarray
    turns: int = 0

    @property
    def text(self) -> str:
        """What is read, a line of digits each."""
        lines: dict[int, str] = {}
        for digit, label in zip(self.digits, self.probabilities.argmax(axis=1), strict=True):
            lines[digit.line] = lines.get(digit.line, "") + str(label)
        return "\n".join(lines[line] for line in sorted(lines))


def checked(
    digits: Sequence[FoundDigit],
    judged: Judged,
    warnings: tuple[str, ...] = (),
    *,
    turns: int = 0,
    rival: float | None = None,
) -> Look:
    """Say of found digits which look like none and which are doubtful.

    Parameters
    ----------
    rival : float or None
        How well the next best reading of the whole explains it, as a share of the best.
    """
    novelty = load_novelty()
    strange = 1 - judged.good > novelty.threshold
    doubtful = strange | (np.exp(-judged.cost) < SURE) | (rival is not None and rival > CLOSE)
    if strange.any():
        alone = len(digits) == 1 and bool(novelty.joined(digits[0].image[None])[0])
        warnings = (*warnings, SEVERAL if alone else sentence(strange))
    return Look(tuple(digits), judged.probabilities, warnings, strange, doubtful, turns)


def sentence(strange: np.ndarray) -> str:
    """Say which of n things (n,) bool look like no digit."""
    if len(strange) == 1:
        return NOT_A_DIGIT
    if strange.all():
        return NOT_DIGITS
    return SOME_NOT.format(numbers=", ".join(str(position + 1) for position in np.flatnonzero(strange)))
