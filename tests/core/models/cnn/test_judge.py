from __future__ import annotations

import numpy as np
import pytest

from core.models.cnn.judge import Judge, smoothed_loss
from core.models.cnn.network import build, quiet_keras
from tests.core.models.cnn.cnn_data import TINY, toy


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_and_accuracy_are_those_of_keras_evaluation(smoothing: float) -> None:
    keras, data = quiet_keras(), toy()
    keras.utils.set_random_seed(0)
    network = build(TINY, *data.validation_features.shape[1:3])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    network.compile(loss=loss, metrics=["accuracy"])
    truth = np.eye(10, dtype=np.float32)[data.validation_labels]
    oracle = network.evaluate(data.validation_features, truth, verbose=0)
    judged = Judge(network, data, smoothing)()
    assert (judged.loss, judged.accuracy) == pytest.approx(oracle, rel=1e-5)
    np.testing.assert_allclose(judged.scores, network.predict(data.validation_features, verbose=0), atol=1e-5)


def test_a_certain_right_answer_costs_nothing() -> None:
    assert smoothed_loss(np.eye(10, dtype=np.float32) * 1000, np.arange(10), 0.0) == pytest.approx(0)
