from __future__ import annotations

import pytest

from core.charts.learning import best_epoch, learning_curves, overlaid_curves

CURVES = {
    "accuracy": [(1, 0.90), (2, 0.95), (3, 0.97)],
    "validation_accuracy": [(1, 0.92), (2, 0.96), (3, 0.96)],
    "validation_loss": [(1, 0.3), (2, 0.2), (3, 0.1)],
}


def test_training_and_validation_in_percent_with_the_first_best_epoch() -> None:
    training, validation, best = learning_curves(CURVES).data

    assert training.y == pytest.approx((90, 95, 97))
    assert validation.name == "Validation"
    assert (best.x, best.y) == ((2,), (96.0,))
    assert best_epoch(CURVES) == 2


def test_loss_keeps_its_unit_and_the_accuracys_best_epoch() -> None:
    figure = learning_curves(CURVES, "loss")

    assert [trace.name for trace in figure.data] == ["Validation", "Best epoch: 2"]
    assert figure.data[1].y == (0.2,)
    assert "nats" in figure.layout.yaxis.title.text


def test_before_the_first_epoch() -> None:
    assert learning_curves({}).layout.annotations[0].text == "No epochs yet."
    assert best_epoch({}) is None


def test_runs_without_curves_are_left_out() -> None:
    figure = overlaid_curves({"a": CURVES, "forest": {}}, colours={"a": "#123456"})

    assert [(trace.name, trace.line.color) for trace in figure.data] == [("a", "#123456")]
    assert overlaid_curves({"forest": {}}).layout.annotations[0].text.startswith("None of these runs")
