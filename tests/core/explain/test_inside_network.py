from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import correlate2d

from core.data.sample import load_sample
from core.explain.inside_network import NetworkInside
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped
from core.preprocessing.pipeline import Pipeline


@pytest.fixture(scope="module")
def network() -> NetworkInside:
    return NetworkInside(read_graph(shipped()["cnn"].folder))


def test_the_first_layer_answers_what_its_filters_say(network: NetworkInside) -> None:
    """Sliding each filter over the picture, by scipy, gives its map but for the bias and the activation."""
    image = load_sample().validation.images[3]
    features = Pipeline(shipped()["cnn"].specification.recipe).transform_fixed(image[None])
    first = network.feature_maps(features)[0]
    assert first.kernel == network.filters.shape[1:]
    for found, weights in zip(first.maps, network.filters, strict=True):
        slid = correlate2d(features[0, :, :, 0], weights, mode="valid")
        bias = (found - slid)[found > 0]
        assert found.shape == slid.shape
        assert np.ptp(bias) < 1e-4 if len(bias) else (slid - slid.max() <= 0).all()


def test_every_convolution_is_there_in_order_after_its_activation(network: NetworkInside) -> None:
    parameters = shipped()["cnn"].specification.parameters
    layers = network.feature_maps(np.zeros((1, 28, 28, 1), np.float32))
    assert [layer.place for layer in layers] == list(range(1, len(layers) + 1))
    assert len(layers) == parameters["blocks"] * parameters["convolutions"] + 1
    assert layers[0].maps.shape[0] == len(network.filters) == parameters["width"]
    assert all((layer.maps >= 0).all() for layer in layers)


def test_a_model_without_convolutions_has_nothing_to_show() -> None:
    inside = NetworkInside(read_graph(shipped()["svm"].folder))
    assert len(inside.filters) == 0
    assert inside.feature_maps(np.zeros((1, 432), np.float32)) == []
