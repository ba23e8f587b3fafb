from __future__ import annotations

import numpy as np

from core.charts.occlusion import occlusion_map


def test_the_cost_lies_over_the_digit_with_nothing_in_the_middle_of_the_scale() -> None:
    fall = np.zeros((28, 28), np.float32)
    fall[3, 4] = -0.5
    digit, cost = occlusion_map(np.eye(28, dtype=np.uint8), fall).data
    assert digit.z[5][5] == 1
    assert cost.z[3][4] == -50
    assert (cost.zmin, cost.zmax) == (-50, 50)


def test_no_cost_at_all_is_no_colour() -> None:
    cost = occlusion_map(np.zeros((28, 28), np.uint8), np.zeros((28, 28))).data[1]
    assert cost.zmax > 0
