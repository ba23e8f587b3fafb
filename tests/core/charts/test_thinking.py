from __future__ import annotations

import numpy as np
import pandas as pd

from core.charts.palette import BAD, GOOD
from core.charts.thinking import contributions, ten_sums


def test_the_largest_sum_is_in_full_colour() -> None:
    (bars,) = ten_sums(np.array([1.0, 5.0, 2.0])).data
    assert list(bars.marker.color).index(GOOD) == 1


def test_what_counts_for_and_against_differs_in_colour_and_the_first_is_on_top() -> None:
    table = pd.DataFrame({"input": [4, 0], "contribution": [1.5, -0.5]})
    (bars,) = contributions(table, 7, "Map").data
    assert list(bars.y) == ["Map 1", "Map 5"] and list(bars.marker.color) == [BAD, GOOD]
