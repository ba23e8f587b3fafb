from __future__ import annotations

import pandas as pd

from core.charts.slices import slice_errors

TABLE = pd.DataFrame(
    {
        "slice": ["thin digits", "wide digits"], "images": [100, 200], "wrong": [3, 2], "share": [0.03, 0.01],
        "low": [0.01, 0.002], "high": [0.08, 0.04], "elsewhere": [0.002, 0.004], "model": "<b>net</b>", "kind": "cnn",
    }
)  # fmt: skip


def test_each_model_has_its_errors_in_percent_and_elsewhere() -> None:
    both = pd.concat([TABLE, TABLE.assign(model="trees", kind="forest")])
    figure = slice_errors(both)
    assert [trace.name for trace in figure.data] == ["&lt;b&gt;net&lt;/b&gt;", "elsewhere", "trees", "elsewhere"]
    assert list(figure.data[0].x) == [3, 1] and list(figure.data[1].x) == [0.2, 0.4]
    assert figure.layout.yaxis.categoryarray == ("wide digits", "thin digits")  # the first on top


def test_no_slices_are_said_to_be_none() -> None:
    assert "No slice" in slice_errors(TABLE.head(0)).layout.annotations[0].text
