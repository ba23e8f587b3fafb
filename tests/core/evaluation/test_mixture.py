from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from core.evaluation.calibration import log_loss
from core.evaluation.mixture import mixture_weights
from core.models.serving.committee import blend


def answers(seed: int, models: int = 3, images: int = 200) -> tuple[np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, images)
    rows = []
    for sureness in rng.uniform(0.5, 3, models):
        scores = rng.normal(size=(images, 10))
        scores[np.arange(images), labels] += sureness
        rows.append((np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).astype(np.float32))
    return labels, rows


@given(st.integers(0, 1000))
def test_the_weights_are_those_that_scipy_finds(seed: int) -> None:
    labels, rows = answers(seed)
    found = mixture_weights(labels, rows)
    constraint = {"type": "eq", "fun": lambda weights: weights.sum() - 1}
    best = minimize(
        lambda weights: log_loss(labels, blend(rows, np.maximum(weights, 1e-9))),
        np.full(3, 1 / 3),
        bounds=[(0, 1)] * 3,
        constraints=[constraint],
        method="SLSQP",
    )
    assert found.sum() == pytest.approx(1)
    assert found.min() >= 0
    assert log_loss(labels, blend(rows, found)) <= best.fun + 1e-4


def test_a_member_that_only_guesses_counts_nothing() -> None:
    labels, rows = answers(1, models=1)
    assert mixture_weights(labels, [rows[0], np.full_like(rows[0], 0.1)])[1] < 0.05
    certain = np.eye(10)[labels]
    assert mixture_weights(labels, [certain, np.full_like(certain, 0.1)]).tolist() == [1.0, 0.0]
