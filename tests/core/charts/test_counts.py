from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.charts.counts import class_balance, intensity_histogram


def test_bars_of_each_split_and_their_shares() -> None:
    table = pd.DataFrame({"split": ["Training"] * 2 + ["Test"], "digit": [0, 1, 0], "images": [30, 10, 5]})
    training, test = class_balance(table).data

    assert list(training.y) == [30, 10]
    assert training.customdata[0][0] == pytest.approx(75)
    assert test.name == "Test"


def test_every_pixel_is_counted_once() -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    bars = intensity_histogram(images).data[0]

    assert sum(bars.y) == images.size
    assert bars.y[0] == (images < 8).sum()
    assert list(bars.customdata[-1]) == [248, 255]
