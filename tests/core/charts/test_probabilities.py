from __future__ import annotations

import numpy as np

from core.charts.probabilities import probability_map


def test_a_row_a_model_with_what_matters_written() -> None:
    row = np.zeros(10)
    row[3], row[5], row[8] = 0.95, 0.046, 0.004
    figure = probability_map({"a": row, "a very long name of a model indeed": row[::-1]}, 5)
    (heat,) = figure.data
    assert heat.text[0][3] == "95"
    assert [heat.text[0][digit] for digit in (5, 8)] == ["5", ""]
    assert list(figure.layout.yaxis.ticktext)[1].endswith("…")
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (4.5, 5.5)
    assert not probability_map({"a": row}).layout.shapes
