from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from scipy.special import softmax as scipy_softmax
from sklearn.metrics import log_loss as sklearn_log_loss

from core.evaluation.calibration import (
    TEMPERATURES,
    expected_calibration_error,
    fit_temperature,
    log_loss,
    losses,
    reliability,
    softmax,
)


def scores_of(seed: int, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    scores = rng.normal(scale=2, size=(3000, 10))
    labels = np.array([rng.choice(10, p=row) for row in scipy_softmax(scores, axis=1)])
    return scores * sharpness, labels


@given(st.floats(0.05, 20), st.integers(0, 999))
def test_softmax_agrees_with_scipy(temperature: float, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(scale=300, size=(5, 10))

    np.testing.assert_allclose(softmax(scores, temperature), scipy_softmax(scores / temperature, axis=1), atol=1e-12)


def exact_log_loss(scores: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    return float(-log_softmax(scores / temperature, axis=1)[np.arange(len(labels)), labels].mean())


@pytest.mark.parametrize("sharpness", [0.2, 1.0, 7.0])
def test_temperature_is_where_scipy_finds_the_least_log_loss(sharpness: float) -> None:
    scores, labels = scores_of(0, sharpness)
    found = minimize_scalar(
        lambda t: sklearn_log_loss(labels, scipy_softmax(scores / t, axis=1)),
        bounds=(0.05, 50),
        method="bounded",
        options={"xatol": 1e-9},
    )

    assert fit_temperature(scores, labels) == pytest.approx(found.x, rel=1e-5)
    assert fit_temperature(scores, labels) == pytest.approx(sharpness, rel=0.1)


def test_temperature_of_a_faultless_model_expects_one_error_in_n_plus_two() -> None:
    labels = np.arange(100) % 10
    scores = np.eye(10)[labels] * np.linspace(1, 9, 100)[:, None]
    temperature = fit_temperature(scores, labels)

    assert softmax(scores, temperature).max(axis=1).mean() == pytest.approx(1 - 1 / 102, abs=1e-6)


@given(st.integers(0, 999), st.integers(1, 30), st.floats(1e-3, 1e4))
def test_temperature_stays_in_its_range_and_no_other_is_better(seed: int, images: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    scores, labels = rng.normal(scale=scale, size=(images, 10)), rng.integers(0, 10, images)
    temperature = fit_temperature(scores, labels)

    assert TEMPERATURES[0] <= temperature <= TEMPERATURES[1]
    if (scores.argmax(axis=1) != labels).any():
        best = exact_log_loss(scores, labels, temperature)
        assert all(best <= exact_log_loss(scores, labels, t) * (1 + 1e-9) for t in (0.02, 0.5, 1.0, 3.0, 60.0))


def test_log_loss_is_the_mean_of_the_losses() -> None:
    scores, labels = scores_of(1, 1.0)
    rows = softmax(scores)

    assert losses(labels, rows).mean() == pytest.approx(log_loss(labels, rows), abs=1e-12)


def test_calibration_error_by_hand() -> None:
    rows = np.zeros((4, 10))
    rows[:, 0] = [0.9, 0.9, 0.6, 0.6]
    rows[:, 1] = 1 - rows[:, 0]
    labels = np.array([0, 1, 0, 0])

    # 0.9 sure and half right: gap 0.4; 0.6 sure and all right: gap 0.4
    assert expected_calibration_error(labels, rows, bins=10) == pytest.approx(0.4)
    table = reliability(labels, rows, bins=10)
    assert table["images"].tolist() == [0, 0, 0, 0, 0, 2, 0, 0, 2, 0]
    assert table.loc[8, ["confidence", "accuracy"]].tolist() == pytest.approx([0.9, 0.5])
    assert np.isnan(table.loc[0, "accuracy"])


@given(st.integers(0, 999), st.integers(1, 40), st.integers(1, 30))
def test_reliability_puts_every_image_in_one_bin(seed: int, images: int, bins: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet(np.full(10, 0.1), images)
    table = reliability(rng.integers(0, 10, images), rows, bins)
    filled = table[table["images"] > 0]

    assert table["images"].sum() == images
    assert (filled["confidence"] <= filled["high"] + 1e-9).all()
    assert (filled["confidence"] >= filled["low"] - 1e-9).all()
    assert 0 <= expected_calibration_error(rng.integers(0, 10, images), rows, bins) <= 1


def test_certain_and_right_is_calibrated() -> None:
    assert expected_calibration_error(np.arange(10), np.eye(10)) == 0
