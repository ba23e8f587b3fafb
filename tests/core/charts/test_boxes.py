from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.charts.boxes import boxes_on_picture, turned_boxes

DIGITS = pd.DataFrame(
    {"x": [10, 60], "y": [20, 5], "width": [30, 8], "height": [40, 50], "label": [7, 1], "state": ["read", "doubtful"]}
)


@pytest.mark.parametrize("turns", range(5))
def test_boxes_turn_with_their_picture(turns: int) -> None:
    for row in DIGITS.itertuples():
        picture = np.zeros((90, 120), np.uint8)
        picture[row.y : row.y + row.height, row.x : row.x + row.width] = 1
        turned = turned_boxes(DIGITS, turns, *picture.shape).loc[row.Index]
        rows, columns = np.nonzero(np.rot90(picture, turns))
        assert (turned["x"], turned["y"]) == (columns.min(), rows.min())
        assert (turned["width"], turned["height"]) == (np.ptp(columns) + 1, np.ptp(rows) + 1)


def test_every_place_of_a_box_can_be_clicked() -> None:
    figure = boxes_on_picture(np.zeros((90, 120, 3), np.uint8), DIGITS)
    (clicks,) = figure.data
    for row in DIGITS.itertuples():
        own = np.array(clicks.customdata) == row.Index
        x, y = np.array(clicks.x)[own], np.array(clicks.y)[own]
        side = clicks.marker.size * 90 / figure.layout.height
        for place in ((row.x + 1, row.y + 1), (row.x + row.width - 1, row.y + row.height - 1)):
            assert (np.maximum(np.abs(x - place[0]), np.abs(y - place[1])) <= side / 2 + 1).any()
        assert ((x > row.x) & (x < row.x + row.width) & (y > row.y) & (y < row.y + row.height)).all()


def test_a_picture_without_digits_is_drawn() -> None:
    assert not boxes_on_picture(np.zeros((90, 120, 3), np.uint8), DIGITS.iloc[:0]).data
