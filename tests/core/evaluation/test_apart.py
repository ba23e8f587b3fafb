from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.apart import clearest, mixed_up, side_table

LABELS = np.array([4, 9, 4, 9, 7], np.uint8)
SHARES = np.array([0.1, 0.95, 0.52, 0.2, 0.5])
"""Of 9 against 4."""
ROWS = np.zeros((5, 10), np.float32)
ROWS[:, 9], ROWS[:, 4] = 0.8 * SHARES, 0.8 * (1 - SHARES)
ROWS[:, 0] = 0.2


def test_images_are_ordered_by_their_distance_from_the_border() -> None:
    table = side_table(LABELS, ROWS, 4, 9)
    assert table["position"].tolist() == [2, 3, 0, 1]
    assert table["true"].tolist() == [4, 9, 4, 9]
    np.testing.assert_allclose(table["share"], [0.52, 0.2, 0.1, 0.95], rtol=1e-5)
    assert table["log_odds"].iloc[0] == pytest.approx(np.log(0.52 / 0.48), rel=1e-4)


def test_the_clearest_are_furthest_on_their_own_side() -> None:
    table = side_table(LABELS, ROWS, 4, 9)
    assert clearest(table, 4, 9, 1)["position"].tolist() == [0]
    assert clearest(table, 9, 9, 2)["position"].tolist() == [1, 3]


def test_mistakes_are_counted_in_both_directions() -> None:
    (row,) = mixed_up(LABELS, {"a": np.array([4, 4, 9, 4, 9])}, 4, 9).to_dict("records")
    assert row == {
        "model": "a", "first_images": 2, "first_as_second": 1, "second_images": 2, "second_as_first": 2,
    }  # fmt: skip
