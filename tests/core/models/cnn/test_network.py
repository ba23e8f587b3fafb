from __future__ import annotations

import numpy as np
import pytest

from core.errors import ParameterError
from core.models.cnn.kind import PRESETS
from core.models.cnn.network import CnnParameters, build, optimiser


def learning_rates(steps: int, **parameters: object) -> list[float]:
    made = optimiser(CnnParameters(**parameters), steps)
    rates = []
    for step in range(steps + 1):
        made.iterations.assign(step)
        rates.append(float(made.learning_rate))
    return rates


def test_weights_are_those_counted_by_hand() -> None:
    network = build(CnnParameters(width=8, blocks=1, convolutions=2, kernel=3), 12, 12)
    # 12 -> 10 -> 3 -> 1 pixels; each batch norm has 4 weights a channel
    by_hand = (9 * 8 + 4 * 8) + (25 * 8 * 8 + 4 * 8) + (9 * 8 * 16 + 4 * 16) + (16 * 10 + 10)
    assert network.count_params() == by_hand
    assert network.output_shape == (None, 10)


def test_without_normalisation_convolutions_have_a_bias() -> None:
    network = build(CnnParameters(width=4, blocks=1, padding="same", normalisation="none"), 4, 4)
    assert network.count_params() == (25 * 4 + 4) + (4 * 4 * 8 + 8) + (2 * 2 * 8 * 10 + 10)


def test_picture_that_is_used_up_is_refused() -> None:
    with pytest.raises(ParameterError, match="too small before the last convolution; lower `blocks`"):
        build(CnnParameters(blocks=3, convolutions=3), 28, 28)


def test_reference_has_at_most_a_million_weights() -> None:
    assert build(PRESETS["reference"].parameters, 28, 28).count_params() <= 1_000_000


def test_one_cycle_peaks_after_a_quarter_and_ends_near_zero() -> None:
    rates = learning_rates(40, schedule="one_cycle", learning_rate=0.01)
    assert np.argmax(rates) == 10
    assert rates[10] == pytest.approx(0.01)
    assert rates[0] == pytest.approx(0.01 / 25)
    assert rates[25] == pytest.approx(0.005, rel=0.01)  # half way down the cosine
    assert rates[40] == pytest.approx(0.01 / 1000)


@pytest.mark.parametrize(
    ("schedule", "half_way", "end"), [("cosine", 0.005, 0.0), ("exponential", 0.001, 1e-4), ("constant", 0.01, 0.01)]
)
def test_other_schedules(schedule: str, half_way: float, end: float) -> None:
    rates = learning_rates(40, schedule=schedule, learning_rate=0.01)
    assert rates[0] == pytest.approx(0.01)
    assert rates[20] == pytest.approx(half_way, abs=2e-5)
    assert rates[40] == pytest.approx(end, abs=2e-5)


@pytest.mark.parametrize("name", ["adam", "sgd", "rmsprop"])
def test_optimiser_is_the_one_named(name: str) -> None:
    assert type(optimiser(CnnParameters(optimiser=name), 10)).__name__.lower() == name


def test_every_parameter_is_declared_with_its_range() -> None:
    for field in CnnParameters.declared():
        assert field.help.endswith(".")
        assert field.kind in ("bool", "choice") or (field.low is not None and field.high is not None)
