from __future__ import annotations

import pandas as pd

from core.charts.palette import COLOURS, faint
from core.charts.votes import votes


def test_chosen_digit_stands_out_in_the_models_colour() -> None:
    table = pd.DataFrame(
        {"model": "CNN", "kind": "cnn", "digit": range(10), "probability": [0.0] * 7 + [0.875, 0.125, 0.0]}
    )
    figure = votes(table)

    assert figure.layout.annotations[0].text == "<b>CNN</b>: 7, probability 87.5 %"
    assert figure.data[0].marker.color[7] == COLOURS["cnn"]
    assert figure.data[0].marker.color[8] == faint(COLOURS["cnn"], 0.45)
    assert list(figure.data[0].y)[7] == 87.5


def test_height_grows_with_the_models() -> None:
    one = pd.DataFrame({"model": "a", "kind": "svm", "digit": range(10), "probability": 0.1})
    two = pd.concat([one, one.assign(model="b")])

    assert votes(two).layout.height - votes(one).layout.height == 150


def test_no_model_is_said() -> None:
    empty = pd.DataFrame(columns=["model", "kind", "digit", "probability"])

    assert votes(empty).layout.annotations[0].text == "No model yet."
