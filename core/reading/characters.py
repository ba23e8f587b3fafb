"""Parts of ink, the characters that they form, and lines of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from core.reading.judge import Judge
from core.reading.mnist_style import in_mnist_style
from core.reading.owners import full
from core.reading.pieces import Pieces, union
from core.reading.segments import group_pieces


@dataclass(frozen=True, eq=False)
class Part:
    """Ink that is never cut.

    Attributes
    ----------
    box : (4,) int
        Left, top, right, bottom.
    share : ndarray
        (h, w) float32: its share of each pixel inside its box.
    weight : float
        Pixels of ink.
    group : int
        The pieces that it was cut from.
    cut_off : bool
        Whether it touches the border of the picture.
    suspect : bool
        Whether it is more likely no writing, by its size and place.
    apart : float
        How clearly it is another digit than the part before, 0 to 1.
    """

    box: np.ndarray
    share: np.ndarray
    weight: float
    group: int
    cut_off: bool
    suspect: bool = False
    apart: float = 0.0


@dataclass(frozen=True, eq=False)
class Character:
    """Parts taken as one digit.

    Attributes
    ----------
    ink, image : ndarray
        (h, w) uint8 as found, and (28, 28) uint8 in MNIST's style.
    probabilities : ndarray
        (10,) float32: what is read.
    good, cost : float
        How digit-like it is, 0 to 1, and the cost of reading it.
    """

    parts: tuple[Part, ...]
    ink: np.ndarray
    image: np.ndarray
    probabilities: np.ndarray = field(default_factory=lambda: np.zeros(10, np.float32))
    good: float = 0.0
    cost: float = np.inf

    @property
    def box(self) -> np.ndarray:
        """(4,) int: left, top, right, bottom."""
        return union(np.array([part.box for part in self.parts]))

    @property
    def weight(self) -> float:
        """Pixels of ink."""
        return sum(part.weight for part in self.parts)

    @property
    def label(self) -> int:
        """The digit that is read."""
        return int(self.probabilities.argmax())

    @property
    def cut_off(self) -> bool:
        """Whether it touches the border of the picture."""
        return any(part.cut_off for part in self.parts)


@dataclass(frozen=True, eq=False)
class Chain:
    """What was read.

    Attributes
    ----------
    lines : tuple of tuple of Character
        From top to bottom, each from left to right.
    explained : float
        Share of the ink that digits explain, 0 to 1.
    """

    lines: tuple[tuple[Character, ...], ...]
    explained: float

    def __len__(self) -> int:
        return sum(len(line) for line in self.lines)

    @property
    def characters(self) -> Iterator[tuple[int, Character]]:
        """Every character with the number of its line."""
        return ((number, character) for number, line in enumerate(self.lines) for character in line)

    @property
    def text(self) -> str:
        """What is read, a line of digits each."""
        return "\n".join("".join(str(character.label) for character in line) for line in self.lines)


def whole_groups(strength: np.ndarray, pieces: Pieces, judge: Judge) -> list[Character]:
    """Read the pieces that belong together as one digit each; `strength` (h, w) uint8."""
    members = group_pieces(pieces.boxes.astype(float))
    return judged([as_one(strength, pieces, group, number) for number, group in enumerate(members)], judge)


def judged(characters: list[Character], judge: Judge) -> list[Character]:
    """Return the same characters, read in one go."""
    if not characters:
        return []
    found = judge(np.stack([character.image for character in characters]))
    return [
        replace(character, probabilities=row, good=float(good), cost=float(cost))
        for character, row, good, cost in zip(characters, found.probabilities, found.good, found.cost, strict=True)
    ]


def as_one(strength: np.ndarray, pieces: Pieces, members: list[int], group: int) -> Character:
    """Return the pieces of a group as one digit."""
    left, top, right, bottom = box = union(pieces.boxes[members])
    share = np.isin(pieces.labels[top:bottom, left:right], np.array(members) + 1).astype(np.float32)
    part = Part(box, share, float(pieces.weight[members].sum()), group, bool(pieces.at_edge[members].any()))
    return character_of((part,), strength)


def character_of(parts: tuple[Part, ...], strength: np.ndarray) -> Character:
    """Return parts as one digit that is not read yet."""
    left, top, right, bottom = union(np.array([part.box for part in parts]))
    share = np.zeros((bottom - top, right - left), np.float32)
    for part in parts:
        x, y = part.box[:2] - (left, top)
        share[y : y + part.share.shape[0], x : x + part.share.shape[1]] += part.share
    ink = (strength[top:bottom, left:right] * full(share)).astype(np.uint8)
    return Character(parts, ink, in_mnist_style(ink))
