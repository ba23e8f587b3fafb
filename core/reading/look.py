"""What was found in a drawing or a picture: its digits, what is read in them, and what people should know about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.explain.novelty import load_novelty
from core.reading.doubt import DOUBTFUL, doubt
from core.reading.judge import Judged
from core.reading.second_opinion import second_opinion
from core.reading.segments import FoundDigit

NOT_A_DIGIT = "This does not look like a digit: more like a letter or a scribble."
NOT_DIGITS = "None of these look like digits: more like letters or scribbles."
SOME_NOT = "These do not look like digits: number {numbers}."
SEVERAL = "This looks like several digits that were read as one."
TURNED = {
    1: "The page was read after a turn of 90° against the clock.",
    2: "The page was read after a turn of 180°.",
    3: "The page was read after a turn of 90° clockwise.",
}
CUT_OFF = "Digit {numbers} touches the edge of the picture and may be cut off."
CHECK = "Check {what}: the answer is not certain."


@dataclass(frozen=True, eq=False)
class Look:
    """What was found.

    Attributes
    ----------
    digits : tuple of FoundDigit
    probabilities : ndarray
        (n, 10) float32: what the model that answers reads in each.
    strange, several : ndarray
        (n,) bool: digits that look like none, and those of them that look like more than one.
    doubt : ndarray
        (n,) float, 0 to 1: how much speaks against what is read.
    turns : int
        Quarters against the clock by which the picture was turned.
    """

    digits: tuple[FoundDigit, ...]
    probabilities: np.ndarray
    strange: np.ndarray
    several: np.ndarray
    doubt: np.ndarray
    turns: int = 0

    @property
    def doubtful(self) -> np.ndarray:
        """(n,) bool: digits that somebody should check, whether or not they look like digits."""
        return np.asarray(self.doubt > DOUBTFUL)

    @property
    def text(self) -> str:
        """What is read, a line of digits each."""
        return lines_of(self.digits, self.probabilities.argmax(axis=1).tolist())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for people, the same on the page and on the command line."""
        found = [TURNED[self.turns % 4]] if self.turns % 4 else []
        cut = np.array([digit.cut_off for digit in self.digits])
        if cut.any() and len(cut) > 1:
            found.append(CUT_OFF.format(numbers=_numbers(cut)))
        if self.strange.any():
            found.append(SEVERAL if len(cut) == 1 and self.several[0] else sentence(self.strange))
        if (unsure := self.doubtful & ~self.strange).any():
            found.append(CHECK.format(what=_what(unsure)))
        return tuple(found)

    def __getitem__(self, place: int) -> Look:
        """Return one of the digits alone."""
        own = slice(place, place + 1)
        return Look(
            self.digits[own], self.probabilities[own], self.strange[own], self.several[own], self.doubt[own],
            self.turns,
        )  # fmt: skip


def together(looks: Sequence[Look]) -> Look:
    """Return several looks (at least one) as one."""

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(look, name) for look in looks])

    digits = tuple(digit for look in looks for digit in look.digits)
    arrays = joined("probabilities"), joined("strange"), joined("several"), joined("doubt")
    return Look(digits, *arrays, looks[0].turns)


def lines_of(digits: Sequence[FoundDigit], labels: Sequence[int]) -> str:
    """Return labels as text, with a line break between lines of writing."""
    lines: dict[int, str] = {}
    for digit, label in zip(digits, labels, strict=True):
        lines[digit.line] = lines.get(digit.line, "") + str(label)
    return "\n".join(lines[line] for line in sorted(lines))


def checked(digits: Sequence[FoundDigit], judged: Judged, *, turns: int = 0, rivals: np.ndarray | None = None) -> Look:
    """Say of found digits which look like none and which are doubtful.

    Parameters
    ----------
    rivals : ndarray, optional
        (n,) float: how close other ways to read the whole come that read a digit otherwise; see `rivals_of`.
    """
    novelty, images = load_novelty(), np.stack([digit.image for digit in digits])
    strange = 1 - judged.good > novelty.threshold
    several = strange.copy()
    if strange.any():
        several[strange] = novelty.joined(images[strange])
    speaks_against = doubt(judged, second_opinion(images), rivals)
    return Look(tuple(digits), judged.probabilities, strange, several, speaks_against, turns)


def sentence(strange: np.ndarray) -> str:
    """Say which of n things (n,) bool look like no digit."""
    if len(strange) == 1:
        return NOT_A_DIGIT
    return NOT_DIGITS if strange.all() else SOME_NOT.format(numbers=_numbers(strange))


def _what(doubtful: np.ndarray) -> str:
    """Return the name of those of n digits (n,) bool that are marked."""
    if len(doubtful) == 1:
        return "this digit"
    return "every digit" if doubtful.all() else f"digit {_numbers(doubtful)}"


def _numbers(marked: np.ndarray) -> str:
    return ", ".join(str(position + 1) for position in np.flatnonzero(marked))
