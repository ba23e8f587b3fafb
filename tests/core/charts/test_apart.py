from __future__ import annotations

import numpy as np

from core.charts.apart import morph_chart, separating_map

SHARES = {"<b>one</b>": np.linspace(0, 1, 5), "other": np.full(5, 0.2)}


def test_each_model_has_its_line_and_the_point_where_it_changes_its_mind() -> None:
    figure = morph_chart(SHARES, {"<b>one</b>": 0.5, "other": None}, {"<b>one</b>": "cnn", "other": "svm"}, 9)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    (mark,) = (trace for trace in figure.data if trace.mode == "markers")
    assert [line.name for line in lines] == ["&lt;b&gt;one&lt;/b&gt;", "other"]
    np.testing.assert_allclose(lines[0].y, [0, 25, 50, 75, 100])
    assert (mark.x, mark.y) == ((50,), (50,))


def test_the_map_is_symmetric_and_names_the_digit_that_ink_speaks_for() -> None:
    said = np.zeros((28, 28), np.float32)
    said[3, 4], said[5, 6] = np.log(2), -np.log(4)
    ground, shown = separating_map(np.zeros((28, 28), np.uint8), said, 4, 9).data
    assert shown.zmax == -shown.zmin == np.float32(np.log(4))
    assert shown.customdata[3, 4].tolist() == ["9", "2.0"] and shown.customdata[5, 6].tolist() == ["4", "4.0"]
    assert ground.z.shape == (28, 28)
