"""Digits drawn in parts that lie apart are one, digits side by side stay two: as the shipped network reads them."""

from __future__ import annotations

import numpy as np
import pytest

from core.reading.drawing import split_digits
from core.reading.joining import MOST_PARTS, joined
from core.reading.judge import Judged, judge_of
from core.reading.strokes import Stroke
from tests.core.reading.reading_network import network

ARC = np.linspace(0, 2 * np.pi, 40)
PARTS = {  # strokes on a canvas of 280 px
    "open 4": [[(110, 60), (88, 130), (95, 150), (118, 152)], [(131, 95), (126, 150), (120, 210)]],
    "8 of two circles that do not touch": [
        [(150 + 30 * np.sin(a), 75 - 30 * np.cos(a)) for a in ARC],
        [(132 + 36 * np.sin(a), 163 - 54 * np.cos(a)) for a in ARC],
    ],
}
ROWS = {
    "two 1s": [[(100, 60), (98, 200)], [(135, 60), (133, 200)]],
    "1 beside 0": [[(80, 60), (78, 200)], [(140 + 40 * np.sin(a), 130 - 70 * np.cos(a)) for a in ARC]],
}


def strokes_of(places: list[list[tuple[float, float]]]) -> list[Stroke]:
    return [Stroke(np.array(line, float), 18) for line in places]


@pytest.mark.parametrize("name", PARTS)
def test_parts_of_one_digit_are_joined(name):
    parts = split_digits(strokes_of(PARTS[name]))
    assert len(parts) == 2
    assert len(joined(parts, judge_of(network()))) == 1


@pytest.mark.parametrize("name", ROWS)
def test_digits_side_by_side_stay_two(name):
    assert len(joined(split_digits(strokes_of(ROWS[name])), judge_of(network()))) == 2


def test_a_canvas_full_of_parts_asks_about_few_unions() -> None:
    asked = []

    def fewer_is_better(images: np.ndarray) -> Judged:
        asked.append(len(images))
        return Judged(np.full((len(images), 10), 0.1, np.float32), np.full(len(images), 0.5))

    bars = [[Stroke(np.array([(12.0 * i, 0.0), (12.0 * i, 60.0)]), 4)] for i in range(40)]
    assert len(joined(bars, fewer_is_better)) == 40 / MOST_PARTS
    assert sum(asked) < 20 * len(bars)
