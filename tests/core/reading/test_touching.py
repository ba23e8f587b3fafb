"""Digits that touch are parted, on pictures and among pen strokes; people split and join what was read otherwise."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from core.benchmarks.pictures import as_png
from core.benchmarks.strings import composed, strings
from core.data.sample import read_sample
from core.errors import ImageError
from core.reading.drawing import read_drawing
from core.reading.edits import join, split
from core.reading.judge import Judged, judge_of
from core.reading.owners import over_segment
from core.reading.parting import parted
from core.reading.picture import read_picture
from core.reading.segments import FoundDigit
from core.reading.strokes import Stroke
from tests.core.reading.reading_network import network


def test_strings_are_joined_and_as_long_as_they_say():
    images, labels = read_sample()
    made = list(strings(images, labels, 20))
    assert [len(text) for _, text, _ in made] == [2, 3, 4, 5, 6] * 4
    assert [overlap for *_, overlap in made] == [0] * 5 + [1] * 5 + [2] * 5 + [3] * 5
    pair, joined = composed([images[0], images[500]], 0)
    assert pair.shape[0] == 28 + 16 and isinstance(joined, bool)


def test_most_touching_strings_are_read_exactly():
    made = list(strings(*read_sample(), 20, seed=1))
    right = [read_picture(as_png(255 - picture), network()).text == text for picture, text, _ in made]
    assert sum(right) >= 17


def test_a_piece_is_cut_where_two_rings_meet():
    row, column = np.mgrid[0:60, 0:120]
    rings = [np.abs(np.hypot(row - 30, column - middle) - 24) < 4 for middle in (30, 86)]
    ink = np.where(rings[0] | rings[1], 255, 0).astype(np.uint8)
    parts, apart = over_segment(ink)
    edges = np.flatnonzero(np.diff(parts[:, 30].argmax(axis=0)))
    assert (np.abs(edges - 58) <= 4).any() and apart.max() > 0.9


def test_pen_strokes_that_cross_are_parted():
    def path(*places):
        left, top = np.mean([np.min(places, axis=0), np.max(places, axis=0)], axis=0).tolist()
        commands = [["M", *places[0]], *(["L", *place] for place in places[1:])]
        return {"type": "path", "path": commands, "strokeWidth": 14, "left": left, "top": top,
                "originX": "center", "originY": "center"}  # fmt: skip

    angle = np.linspace(0, 2 * np.pi, 40)
    ring = path(*np.column_stack([150 + 45 * np.cos(angle), 120 + 70 * np.sin(angle)]).tolist())
    one = path([100, 50], [104, 120], [102, 190])  # overlaps the ring's left edge
    assert read_drawing({"objects": [one, ring]}, network()).text == "10"


@pytest.mark.parametrize(("height", "pen"), [(40, 10), (0, 0.001)])
def test_a_stroke_longer_than_any_writing_is_not_cut(height: float, pen: float) -> None:
    across = np.linspace(0, 20_000, 2_000)
    stroke = Stroke(np.column_stack([across, height * np.sin(across / 20) / 2]), pen)
    tracemalloc.start()
    try:
        assert len(parted([[stroke]], unsure)) == 1
        assert tracemalloc.get_traced_memory()[1] < 20e6  # several GB for the cuts of either
    finally:
        tracemalloc.stop()


def unsure(images: np.ndarray) -> Judged:
    """Read nothing with certainty."""
    return Judged(np.full((len(images), 10), 0.1, np.float32), np.full(len(images), 0.1))


def test_what_people_split_can_be_joined_again():
    images, _ = read_sample()
    picture, _ = composed([images[500], images[2500]], 0)
    digit = FoundDigit(images[0], (0, 0, picture.shape[1], picture.shape[0]), 0, picture)
    left, right = split(digit, judge_of(network()))
    assert left.box[0] < right.box[0] and left.image.shape == (28, 28)
    again = join(left, right)
    assert again.box[2] >= max(left.box[2], right.box[2])
    with pytest.raises(ImageError, match=r"draw them apart"):
        split(FoundDigit(images[0], (0, 0, 28, 28), 0), judge_of(network()))
