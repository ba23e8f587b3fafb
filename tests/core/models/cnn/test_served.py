"""A network rebuilt from its served graph answers as the graph does, with batch normalisation folded or unfolded."""

from __future__ import annotations

import numpy as np
import pytest

from core.data import load_sample
from core.errors import TrainingError
from core.models.cnn.network import CnnParameters
from core.models.cnn.served import network_of, weights_of
from core.models.serving.predictor import Predictor, read_graph
from core.models.serving.shipped import shipped


@pytest.mark.parametrize("normalisation", ["none", "batch"])
def test_the_rebuilt_network_answers_as_the_served_one(normalisation: str) -> None:
    folder, sample = shipped()["cnn"].folder, load_sample()
    served = Predictor.load(folder)
    settings = {**served.specification.parameters, "normalisation": normalisation}
    training = served.pipeline.transform_fixed(sample.train.images[:300])
    network = network_of(weights_of(read_graph(folder)), CnnParameters(**settings), training)
    features = served.pipeline.transform_fixed(sample.test.images[:40])
    scores = np.asarray(network(features, training=False))
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    expected = served.predict_proba(sample.test.images[:40])
    np.testing.assert_array_equal(odds.argmax(axis=1), expected.argmax(axis=1))
    assert len(network.weights) == (12 if normalisation == "none" else 27)


def test_normalising_by_the_training_images_own_statistics_changes_little_at_first() -> None:
    folder = shipped()["cnn"].folder
    served = Predictor.load(folder)
    parameters = CnnParameters(**{**served.specification.parameters, "dropout": 0.0})
    features = served.pipeline.transform_fixed(load_sample().train.images[:300])
    network = network_of(weights_of(read_graph(folder)), parameters, features)
    told, trained = np.asarray(network(features, training=False)), np.asarray(network(features, training=True))
    np.testing.assert_allclose(trained, told, atol=0.05 * np.abs(told).max())


def test_another_networks_graph_is_refused() -> None:
    features = np.zeros((4, 28, 28, 1), np.float32)
    with pytest.raises(TrainingError, match="does not match"):
        network_of(
            weights_of(read_graph(shipped()["cnn"].folder)), CnnParameters(width=8, normalisation="none"), features
        )
