from __future__ import annotations

import pandas as pd
import pytest

from core.benchmarks.robustness import PEER, rows_of
from core.data.corruptions.catalogue import MNIST_C


def test_means_come_first_then_each_corruption_of_ours_the_worst_first() -> None:
    accuracy = {"cnn": 0.9, PEER: 0.8}
    table = pd.DataFrame(
        [
            (model, name, severity, share - 0.5 * (model == "cnn" and name == "fog"), 100)
            for name, severity in MNIST_C.items()
            for model, share in accuracy.items()
        ],
        columns=["model", "corruption", "severity", "accuracy", "images"],
    )
    mean, worst, *others = rows_of(table, "validation")
    assert mean.what == "cnn: mean corruption error"
    assert mean.ours[0] == pytest.approx((14 * 0.1 + 0.6) / 15)
    assert mean.figure == pytest.approx((14 * 0.1 + 0.6) / 15 / 0.2)
    assert mean.note == "mean over the 15 corruptions of MNIST-C, 100 validation images each"
    assert (worst.what, worst.ours[0]) == ("cnn: Fog", pytest.approx(0.6))
    assert len(others) == 14
