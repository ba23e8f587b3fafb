from __future__ import annotations

import numpy as np

from core.evaluation.weakness import weakness


def test_the_digit_misread_most_often_and_most_confidently() -> None:
    labels = np.array([4, 4, 4, 9, 9], np.uint8)
    rows = np.full((5, 10), 0.01, np.float32)
    for place, (read, sure) in enumerate([(4, 0.9), (9, 0.6), (7, 0.8), (9, 0.9), (4, 0.95)]):
        rows[place, read] = sure
    found = weakness(labels, rows)
    np.testing.assert_allclose(found.errors[[4, 9, 0]], [2 / 3, 1 / 2, 0])
    assert (found.digit, found.example, found.read_as) == (4, 2, 7)


def test_a_model_without_errors_has_no_example() -> None:
    labels = np.arange(10, dtype=np.uint8)
    found = weakness(labels, np.eye(10, dtype=np.float32))
    assert found.errors.tolist() == [0.0] * 10 and found.example is None and found.read_as is None
