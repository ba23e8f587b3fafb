from __future__ import annotations

import pandas as pd

from core.charts.embedding import MARKS, embedding_map


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
