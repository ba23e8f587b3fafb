"""How well strings of digits that touch are read: MNIST's validation digits, set so close that their boxes overlap."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from core.benchmarks.pictures import as_png, text_of
from core.benchmarks.rates import rate
from core.benchmarks.row import Row
from core.data.sample import read_sample
from core.data.sources import load_dataset
from core.runs.answer import answering_run
from core.runs.model_cache import predictor

STRINGS, SEED = 1_000, 0
LENGTHS, OVERLAPS = (2, 3, 4, 5, 6), (0, 1, 2, 3)
QUICK = 10
REACH = 0.9
UNIT = "share of strings read exactly"


def run(quick: bool, final: bool) -> list[Row]:
    """Read 1,000 strings of 2 to 6 digits with the model that answers: over all, by length, by overlap."""
    reader = predictor(answering_run(load_dataset()))
    images, labels = read_sample()
    made = list(strings(images, labels, STRINGS // (QUICK if quick else 1)))
    right = np.array([text_of(as_png(255 - picture), reader) == text for picture, text, _ in made])
    lengths, overlaps = np.array([len(text) for _, text, _ in made]), np.array([overlap for *_, overlap in made])
    rows = [rate("strings of 2 to 6 digits, overlapping by 0 to 3 pixels", right, reach=REACH, unit=UNIT)]
    rows += [rate(f"strings of {length}", right[lengths == length], unit=UNIT) for length in LENGTHS]
    return rows + [rate(f"overlap of {overlap} px", right[overlaps == overlap], unit=UNIT) for overlap in OVERLAPS]


def strings(
    images: np.ndarray, labels: np.ndarray, count: int, seed: int = SEED
) -> Iterator[tuple[np.ndarray, str, int]]:
    """Yield strings as pictures (h, w) uint8, what they say, and by how many pixels the inked boxes overlap.

    Lengths and overlaps are equally frequent; in each string at least one pair is joined (8-connected).
    """
    rng = np.random.default_rng(seed)
    for number in range(count):
        length = LENGTHS[number % len(LENGTHS)]
        overlap = OVERLAPS[number // len(LENGTHS) % len(OVERLAPS)]
        while True:
            chosen = rng.integers(0, len(images), length)
            picture, joined = composed([images[place] for place in chosen], overlap)
            if joined:
                break
        yield picture, "".join(str(labels[place]) for place in chosen), overlap


def composed(digits: list[np.ndarray], overlap: int) -> tuple[np.ndarray, bool]:
    """Set digits (28, 28) uint8 side by side, their inked boxes overlapping, and tell whether any two are joined."""
    parts = [digit[:, digit.any(axis=0)] for digit in digits]
    sheet = np.zeros((28, sum(part.shape[1] for part in parts) - overlap * (len(parts) - 1)), np.uint8)
    at, before, joined = 0, np.zeros_like(sheet), False
    for part in parts:
        layer = np.zeros_like(sheet)
        layer[:, at : at + part.shape[1]] = part
        near = cv2.dilate((before > 0).astype(np.uint8), np.ones((3, 3), np.uint8))
        joined |= bool(((near > 0) & (layer > 0)).any())
        sheet, before = np.maximum(sheet, layer), layer
        at += part.shape[1] - overlap
    return np.pad(sheet, 8), joined
