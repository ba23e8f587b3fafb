from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.intervals import wilson_interval
from core.evaluation.robustness import by_corruption, mean_corruption_error, robustness

LABELS = np.array([0, 1, 2, 3])


def read_corner(images: np.ndarray) -> np.ndarray:
    return np.eye(10)[images[:, 0, 0]]


def always_zero(images: np.ndarray) -> np.ndarray:
    return np.eye(10)[np.zeros(len(images), dtype=int)]


def pictures(corners: list[int]) -> np.ndarray:
    images = np.zeros((4, 28, 28), dtype=np.uint8)
    images[:, 0, 0] = corners
    return images


def test_accuracy_of_each_model_on_each_set() -> None:
    told: list[tuple[str, int]] = []
    spoilt = [
        ("none", 0, pictures([0, 1, 2, 3])),
        ("noise", 1, pictures([0, 1, 2, 9])),
        ("noise", 2, pictures([9] * 4)),
    ]
    table = robustness(
        {"corner": read_corner, "zero": always_zero}, iter(spoilt), LABELS, lambda *step: told.append(step)
    )

    assert table[table["model"] == "corner"]["accuracy"].tolist() == [1.0, 0.75, 0.0]
    assert table[table["model"] == "zero"]["accuracy"].tolist() == [0.25] * 3
    assert told == [("none", 0), ("noise", 1), ("noise", 2)]
    interval = wilson_interval(3, 4)
    assert table.loc[2, ["low", "high"]].tolist() == pytest.approx([interval.low, interval.high])
    assert by_corruption(table).loc["corner"].to_dict() == {"noise": 0.375, "mean": 0.375}


def test_nothing_spoilt_is_an_empty_table() -> None:
    assert len(robustness({"zero": always_zero}, [], LABELS)) == 0


def test_mean_corruption_error_counts_one_severity_of_each_corruption() -> None:
    spoilt = [
        ("none", 0, pictures([0, 1, 2, 3])),
        ("noise", 1, pictures([9, 9, 9, 9])),
        ("noise", 2, pictures([0, 1, 2, 9])),  # a quarter wrong
        ("fog", 1, pictures([0, 9, 9, 9])),  # three quarters wrong
        ("blur", 1, pictures([9, 9, 9, 9])),  # not asked for
    ]
    table = robustness({"corner": read_corner, "zero": always_zero}, spoilt, LABELS)
    assert mean_corruption_error(table, {"noise": 2, "fog": 1}).to_dict() == {"corner": 0.5, "zero": 0.75}
