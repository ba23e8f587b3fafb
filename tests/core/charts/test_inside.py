from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.charts.inside import GAP, coloured, filter_sheet, importance_map, map_sheet
from core.charts.palette import DIVERGING


def decoded(png: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)


def test_colours_are_those_of_the_scale_s_ends_and_middle() -> None:
    low, middle, high = coloured(np.array([0.0, 0.5, 1.0]), DIVERGING)
    assert [f"#{r:02X}{g:02X}{b:02X}" for r, g, b in (low, middle, high)] == [
        DIVERGING[place][1] for place in (0, 2, 4)
    ]


def test_a_filter_is_orange_where_it_adds_and_blue_where_it_takes_away() -> None:
    picture = decoded(filter_sheet(np.array([[[2.0, -2.0]]]), side=40))
    blue, _, red, alpha = picture[20, 5]
    assert red > blue and alpha == 255
    assert picture[20, 35, 0] > picture[20, 35, 2]


def test_maps_share_one_scale_and_lie_in_rows() -> None:
    maps = np.stack([np.full((2, 2), value) for value in (0.0, 1.0, 2.0)])
    picture = decoded(map_sheet(maps, columns=2, side=10))
    assert picture.shape == (2 * (10 + GAP), 2 * (10 + GAP), 4)
    assert [int(picture[5, 5, 0]), int(picture[5, 15 + GAP, 0]), int(picture[15 + GAP, 5, 0])] == [0, 128, 255]
    assert picture[15 + GAP, 15 + GAP, 3] == 0  # no fourth tile


def test_importance_is_drawn_in_percent() -> None:
    figure = importance_map(np.array([[0.25, 0.75]]))
    assert figure.data[0].z.tolist() == [[25.0, 75.0]]
    assert figure.data[0].zmin == pytest.approx(0)
