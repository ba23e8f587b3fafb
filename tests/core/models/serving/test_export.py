from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.evaluation.calibration import softmax
from core.models.serving.export import assemble
from core.preprocessing.affine import Affine

RNG = np.random.default_rng(0)
WEIGHTS = RNG.normal(size=(6, 10)).astype(np.float32)


def linear(width: int = 6) -> object:
    """A model whose inner names are just those that the served graph uses for itself."""
    nodes = [
        helper.make_node("MatMul", ["features", "weights"], ["probabilities"]),
        helper.make_node("Identity", ["probabilities"], ["label"]),
        helper.make_node("Identity", ["label"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "linear",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", width])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 10])],
        [numpy_helper.from_array(WEIGHTS, "weights")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])


def served(learned: tuple[Affine, ...], temperature: float, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    graph = assemble(linear(), learned, temperature)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    assert [entry.name for entry in session.get_inputs()] == ["features"]
    label, probabilities = session.run(["label", "probabilities"], {"features": features})
    return label, probabilities


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_probabilities_are_the_softmax_of_scores_over_temperature(temperature: float) -> None:
    features = RNG.normal(size=(20, 6)).astype(np.float32)
    label, probabilities = served((), temperature, features)
    np.testing.assert_allclose(probabilities, softmax(features @ WEIGHTS, temperature), atol=1e-6)
    np.testing.assert_array_equal(label, probabilities.argmax(axis=1))


def test_what_was_learned_before_the_model_is_in_the_graph() -> None:
    features = RNG.normal(size=(20, 8)).astype(np.float32)
    scale = Affine(mean=RNG.normal(size=8).astype(np.float32), scale=RNG.uniform(1, 2, 8).astype(np.float32))
    project = Affine(mean=RNG.normal(size=8).astype(np.float32), matrix=RNG.normal(size=(8, 6)).astype(np.float32))
    _, probabilities = served((scale, project), 1.5, features)
    np.testing.assert_allclose(probabilities, softmax(project(scale(features)) @ WEIGHTS, 1.5), atol=1e-5)
