from __future__ import annotations

import numpy as np
import pytest

from core.benchmarks import labels
from core.benchmarks.labels import flipped_rows, rows_of
from core.data.sample import load_sample


def test_recall_and_precision_are_those_of_the_labels_that_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong are 0 to 3; 2, 3 and 4 are found, and 1 to 5 are not predicted."""
    monkeypatch.setattr(labels, "doubtful", lambda given, probabilities: np.array([2, 3, 4]))
    given = np.zeros(10, np.uint8)
    probabilities = np.eye(10, dtype=np.float32)[[0, 1, 1, 1, 1, 1, 0, 0, 0, 0]]
    recall, precision = rows_of("these", given, probabilities, np.arange(10) < 4, "")
    assert (recall.figure, precision.figure) == (2 / 4, pytest.approx(2 / 3))
    assert "every label that is not predicted: 75.0 %" in recall.note
    assert "every label that is not predicted: 60.0 %" in precision.note and "5 labels not predicted" in precision.note


def test_one_label_in_twenty_is_flipped_and_most_are_found() -> None:
    recall, precision = flipped_rows(load_sample(), 1_000)
    assert "of 50, 95 % interval" in recall.note
    assert recall.figure > 0.8 and precision.figure > 0.7
