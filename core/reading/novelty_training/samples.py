"""The pictures that the not-a-digit score learns from, class by class, and those that only judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import cv2
import numpy as np

from core.explain.novelty import FRAGMENT, JOINED, STRANGE
from core.reading.novelty_training.curves import Lines, jittered, line, smooth, turned
from core.reading.novelty_training.doodles import DIGITS, DOODLES
from core.reading.novelty_training.lettering import LETTERS, SYMBOLS, Face
from core.reading.novelty_training.varied import bent, drawn, normalised, trimmed

Picture = np.ndarray | None
Chosen = TypeVar("Chosen")

SHARES = {
    "digit": 0.42, "hand digit": 0.05, "printed digit": 0.04, "letter": 0.14, "symbol": 0.01, "doodle": 0.08,
    "scribble": 0.05, "noise": 0.03, "inverted": 0.02, "joined": 0.1, "fragment": 0.06,
}  # fmt: skip


class Samples:
    """Makes pictures of every class from MNIST's digits (n, 28, 28) uint8, their labels (n,) and typefaces."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, faces: list[Face], seed: int) -> None:
        self.images, self.labels, self.faces = images, labels, faces
        self.rng = np.random.default_rng(seed)
        self.makers: dict[str, Callable[[], tuple[Picture, int]]] = {
            "digit": self.digit,
            "hand digit": self.hand_digit,
            "printed digit": lambda: self.printed("0123456789"),
            "letter": lambda: self.printed(LETTERS),
            "symbol": lambda: self.printed(SYMBOLS),
            "doodle": lambda: (
                drawn(jittered(self.pick(DOODLES)(self.rng), self.rng, self.rng.uniform(0.5, 1.6)), self.rng),
                STRANGE,
            ),
            "scribble": lambda: (drawn(scribble(self.rng), self.rng), STRANGE),
            "noise": lambda: (noise(self.rng), STRANGE),
            "inverted": lambda: (255 - self.any_digit()[0], STRANGE),
            "joined": lambda: (joined([self.any_digit()[0] for _ in range(3)], self.rng), JOINED),
            "fragment": lambda: (fragment(self.any_digit()[0], self.any_digit()[0], self.rng), FRAGMENT),
        }

    def make(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """About `count` pictures (n, 28, 28) uint8 and their classes (n,) uint8, shuffled."""
        found = [
            (picture, label)
            for kind, share in SHARES.items()
            for picture, label in (self.makers[kind]() for _ in range(round(count * share)))
            if picture is not None
        ]
        order = self.rng.permutation(len(found))
        return np.stack([found[i][0] for i in order]), np.array([found[i][1] for i in order], np.uint8)

    def of(self, kind: str, count: int) -> np.ndarray:
        """Return `count` pictures of one kind, (count, 28, 28) uint8."""

        def many() -> Iterator[np.ndarray]:
            while True:
                picture, _ = self.makers[kind]()
                if picture is not None:
                    yield picture

        return np.stack([picture for picture, _ in zip(many(), range(count), strict=False)])

    def pick(self, choices: Sequence[Chosen]) -> Chosen:
        """Return one of several, each as likely."""
        return choices[int(self.rng.integers(len(choices)))]

    def any_digit(self) -> tuple[np.ndarray, int]:
        """Return one of MNIST's digits, and its label."""
        place = self.rng.integers(len(self.images))
        return self.images[place], int(self.labels[place])

    def digit(self) -> tuple[Picture, int]:
        """Return a varied digit."""
        image, label = self.any_digit()
        return (image if self.rng.random() < 0.25 else normalised(bent(image, self.rng), self.rng)), label

    def hand_digit(self) -> tuple[Picture, int]:
        """Return a digit as European hands write it, in pen strokes."""
        label = self.pick(list(DIGITS))
        return drawn(jittered(DIGITS[label](self.rng), self.rng, 0.8), self.rng), label

    def printed(self, characters: str) -> tuple[Picture, int]:
        """Return one of these characters in one of the typefaces."""
        character = self.pick(characters)
        glyph = bent(self.pick(self.faces)(character), self.rng, turn=12, slant=0.3, elastic=1.2)
        return normalised(glyph, self.rng), int(character) if character.isdigit() else STRANGE


def scribble(rng: np.random.Generator) -> Lines:
    """Return a smooth line through random places, a pen that turns at random, or a zigzag."""
    kind = rng.integers(3)
    if kind == 0:
        return [smooth(rng.uniform(0, 200, (rng.integers(5, 17), 2)))]
    if kind == 1:
        turns = int(rng.integers(6, 15))
        across = np.linspace(0, rng.uniform(60, 200), turns) + rng.normal(0, 8, turns)
        down = np.where(np.arange(turns) % 2, 180, 0) + rng.normal(0, 18, turns)
        return turned([line(*zip(across, down, strict=True))], rng.random())
    steps = int(rng.integers(100, 400))
    direction = np.cumsum(rng.normal(0, rng.uniform(0.15, 0.5), steps)) + rng.uniform(0, 2 * np.pi)
    return [100 * np.sin(np.cumsum(6 * np.column_stack([np.cos(direction), np.sin(direction)]), axis=0) / 100)]


def noise(rng: np.random.Generator) -> Picture:
    """Return grey noise, specks, blots, or one blot of a paper's grain."""
    kind = rng.integers(4)
    if kind == 0:
        return np.clip(rng.normal(rng.uniform(0, 128), rng.uniform(30, 120), (28, 28)), 0, 255).astype(np.uint8)
    if kind == 1:
        return np.where(rng.random((28, 28)) < rng.uniform(0.02, 0.5), 255, 0).astype(np.uint8)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (56, 56)).astype(np.float32), (0, 0), rng.uniform(1, 6))
    blots = np.where(grain > np.quantile(grain, rng.uniform(0.5, 0.95)), 255, 0).astype(np.uint8)
    if kind == 2:
        return cv2.resize(blots, (28, 28), interpolation=cv2.INTER_AREA)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(blots)
    chosen = int(rng.integers(1, count)) if count > 1 else 0
    if not chosen or stats[chosen, cv2.CC_STAT_AREA] < 4:
        return None
    return normalised(np.where(labels == chosen, 255, 0).astype(np.uint8), rng, pens=False)


def joined(digits: list[np.ndarray], rng: np.random.Generator) -> Picture:
    """Return two or three digits (28, 28) uint8 beside each other, or two above each other, near or overlapping."""
    parts = [trimmed(bent(digit, rng, side=56, turn=8, stretch=0.15, elastic=0)) for digit in digits]
    if rng.random() < 0.75:
        parts = parts[:2]
    above = rng.random() < 0.1
    if above:
        parts = [part.T for part in parts[:2]]
    gap = int(rng.integers(-6, 8)) if rng.random() < 0.8 else int(rng.integers(0, 16))
    sheet = np.zeros((120, sum(part.shape[1] for part in parts) + 16 * len(parts) + 10), np.uint8)
    at = 2
    for part in parts:
        height, width = part.shape
        top = int(np.clip(60 - height // 2 + rng.normal(0, 3), 0, 120 - height))
        place = sheet[top : top + height, at : at + width]
        np.maximum(place, part, out=place)
        at = max(at + width + gap, at + 2)
    return normalised(sheet.T if above else sheet, rng)


def fragment(digit: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> Picture:
    """Return a part of a digit (28, 28) uint8, or a digit with a bit of its neighbour; None for narrow ones."""
    ink = trimmed(bent(digit, rng, side=56, elastic=0)).copy()
    height, width = ink.shape
    if width < 0.45 * height:
        return None
    kind = rng.random()
    if kind < 0.6:
        row, column = np.mgrid[0:height, 0:width]
        left = column - width * rng.uniform(0.2, 0.65) + rng.normal(0, 0.15) * (row - height / 2) < 0
        return normalised(np.where(left == (rng.random() < 0.5), ink, 0).astype(np.uint8), rng)
    if kind < 0.8:
        cut = int(height * rng.uniform(0.25, 0.7))
        return normalised(ink[:cut] if rng.random() < 0.5 else ink[cut:], rng)
    neighbour = trimmed(bent(other, rng, side=56, elastic=0))
    part = max(3, int(neighbour.shape[1] * rng.uniform(0.15, 0.5)))
    pair = [ink, neighbour[:, :part]] if rng.random() < 0.5 else [neighbour[:, -part:], ink]
    tall = max(height, len(neighbour))
    return normalised(np.hstack([_centred(it, tall) for it in pair]), rng)


def _centred(ink: np.ndarray, height: int) -> np.ndarray:
    above = (height - len(ink)) // 2
    return np.pad(ink, ((above, height - len(ink) - above), (0, 0)))
