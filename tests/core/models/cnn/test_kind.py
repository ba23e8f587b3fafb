from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from core.models.cnn.kind import CNN
from core.models.kind import Silent
from core.models.serving.export import assemble
from tests.core.models.cnn.cnn_data import TINY, toy


@pytest.fixture(scope="module")
def native():
    return CNN.fit(toy(), TINY, seed=0, threads=1, monitor=Silent())


def test_graph_agrees_with_the_network_for_any_number_of_images(native) -> None:
    session = onnxruntime.InferenceSession(CNN.to_onnx(native).SerializeToString())
    features = toy().train_features
    for count in (1, 7, 320):
        (found,) = session.run(["scores"], {"features": features[:count]})
        np.testing.assert_allclose(found, CNN.scores(native, features[:count]), atol=1e-4)


def test_graph_can_be_served(native) -> None:
    served = assemble(CNN.to_onnx(native), [], 1.5)
    session = onnxruntime.InferenceSession(served.SerializeToString())
    features = toy().validation_features
    label, probabilities = session.run(["label", "probabilities"], {"features": features})
    odds = np.exp(CNN.scores(native, features) / 1.5)
    np.testing.assert_allclose(probabilities, odds / odds.sum(axis=1, keepdims=True), atol=1e-5)
    np.testing.assert_array_equal(label, odds.argmax(axis=1))


def test_file_keeps_the_network(native, tmp_path: Path) -> None:
    CNN.save(native, tmp_path / CNN.native_file)
    again = CNN.load(tmp_path / CNN.native_file)
    features = toy().validation_features
    np.testing.assert_allclose(CNN.scores(again, features), CNN.scores(native, features), atol=1e-5)


def test_scores_of_no_image_are_empty(native) -> None:
    assert CNN.scores(native, np.empty((0, 12, 12, 1), np.float32)).shape == (0, 10)


@pytest.mark.parametrize("name", ["fast", "default", "reference"])
def test_presets_end_as_an_image(name: str) -> None:
    assert CNN.presets[name].recipe.name == "image"
