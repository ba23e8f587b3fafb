from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.charts.embedding import MARKS, RING, embedding_map, with_digit


def test_every_dot_carries_its_position_and_a_digit_has_one_mark() -> None:
    table = pd.DataFrame({"x": [0.0, 1.0, 2.0], "y": [1.0, 0.0, 3.0], "digit": [7, 4, 7], "position": [12, 5, 99]})
    fours, sevens = embedding_map(table, "first", "second").data

    assert (fours.name, sevens.name) == ("4", "7")
    assert sevens.to_plotly_json()["customdata"] == [[12], [99]]
    assert list(sevens.y) == [1.0, 3.0]
    assert fours.marker.symbol != sevens.marker.symbol
    assert len(set(MARKS)) == 10


def test_axes_are_named() -> None:
    table = pd.DataFrame({"x": [0.0], "y": [1.0], "digit": [7], "position": [12]})
    figure = embedding_map(table, "first", "second")
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("first", "second")


def test_an_empty_map_says_so() -> None:
    table = pd.DataFrame({"x": [], "y": [], "digit": [], "position": []})
    assert embedding_map(table, "", "").layout.annotations[0].text == "No digits to show."


def test_a_drawn_digit_stands_at_its_place_in_a_ring_with_lines_to_the_others_places() -> None:
    table = pd.DataFrame({"x": [0.0, 10.0], "y": [0.0, 4.0], "digit": [7, 4], "position": [0, 1]})
    places = np.array([[5.0, 2.0], [1.0, 1.0], [9.0, 3.0]])
    figure = with_digit(embedding_map(table, "", ""), places, ["data:a", "data:b", "data:c"])
    first, *others = figure.layout.images
    assert (first.x, first.y, first.source) == (5, 2, "data:a")
    assert [np.hypot(it.x - 5, it.y - 2) for it in others] == pytest.approx([RING * 10] * 2)
    lines = next(trace for trace in figure.data if trace.mode == "lines")
    starts = np.stack([lines.x[::3], lines.y[::3]], axis=1)
    np.testing.assert_allclose(starts.astype(float), places)
