from __future__ import annotations

import pandas as pd

from core.charts.palette import COLOURS
from core.charts.robustness import robustness_curves, robustness_heatmap
from core.evaluation.robustness import COLUMNS, by_corruption

TABLE = pd.DataFrame(
    [
        ("CNN", "none", 0, 0.99, 0.98, 1.0, 99, 100),
        ("CNN", "noise", 2, 0.5, 0.4, 0.6, 50, 100),
        ("CNN", "noise", 1, 0.8, 0.7, 0.9, 80, 100),
        ("CNN", "blur", 1, 0.9, 0.8, 1.0, 90, 100),
    ],
    columns=COLUMNS,
)


def test_curve_begins_with_the_unspoilt_images() -> None:
    line = robustness_curves(TABLE, "noise", {"CNN": "cnn"}).data[0]

    assert list(line.x) == [0, 1, 2]
    assert list(line.y) == [99, 80, 50]
    assert line.line.color == COLOURS["cnn"]


def test_heatmap_shows_means() -> None:
    heat = robustness_heatmap(by_corruption(TABLE)).data[0]

    assert list(heat.x) == ["CNN"]
    assert dict(zip(heat.y, heat.z[:, 0], strict=True)) == {"noise": 65.0, "blur": 90.0, "mean": 77.5}


def test_nothing_measured_is_said() -> None:
    empty = TABLE.head(0)

    assert robustness_curves(empty, "noise").layout.annotations[0].text == "Nothing has been measured yet."
    assert robustness_heatmap(by_corruption(empty)).layout.annotations[0].text == "Nothing has been measured yet."
