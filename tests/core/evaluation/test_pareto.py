from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis.extra.pandas import column, data_frames

from core.evaluation.pareto import pareto_front


def test_front_by_hand() -> None:
    table = pd.DataFrame({"seconds": [1, 5, 20, 30, 1, np.nan], "error": [3.0, 2.0, 2.5, 0.3, 3.0, 0.1]})

    assert pareto_front(table, "seconds", "error").tolist() == [True, True, False, True, True, False]


@given(data_frames([column("cost", dtype=int), column("error", dtype=int)]))
def test_every_row_off_the_front_is_beaten_by_one_on_it(table: pd.DataFrame) -> None:
    front = pareto_front(table, "cost", "error")
    best = table[front]
    for row in table[~front].itertuples():
        assert ((best["cost"] <= row.cost) & (best["error"] <= row.error)).any()
    assert front.any() == (len(table) > 0)
