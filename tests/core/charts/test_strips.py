from __future__ import annotations

import numpy as np
import pytest

from core.charts.strips import strip


def test_bars_stand_on_the_bottom_and_reach_in_proportion() -> None:
    picture = strip(np.array([0.5, 1.0], np.float32), side=103)
    heights = (picture == 255).sum(axis=0)
    assert picture.shape == (103, 103)
    assert heights[0] == pytest.approx(51, abs=1)
    assert heights[-1] == 101
    assert (picture[-1] == 255).all()


def test_negative_numbers_hang_from_the_middle() -> None:
    picture = strip(np.array([1.0, -1.0], np.float32), side=100)
    assert picture[10, 0] == 255 and picture[90, 0] == 0
    assert picture[10, -1] == 0 and picture[90, -1] == 255


def test_no_number_is_lost_where_many_share_a_column() -> None:
    values = np.zeros(784, np.float32)
    values[301] = 1
    assert strip(values, side=112).any(axis=1).sum() == 110
