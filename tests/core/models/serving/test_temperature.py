from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.models.serving.export import assemble, temperature_of
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped


def graph(temperature: float) -> bytes:
    weights = numpy_helper.from_array(np.ones((4, 10), np.float32), "weights")
    scores = helper.make_graph(
        [helper.make_node("MatMul", ["features", "weights"], ["scores"])],
        "scores",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 4])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 10])],
        [weights],
    )
    return assemble(helper.make_model(scores), (), temperature).SerializeToString()


@pytest.mark.parametrize("temperature", [0.01, 0.5434, 1.0, 37.5])
def test_it_is_the_one_that_onnx_reads(temperature: float) -> None:
    served = graph(temperature)
    constants = {entry.name: numpy_helper.to_array(entry) for entry in onnx.load_from_string(served).graph.initializer}
    (stored,) = [float(value) for name, value in constants.items() if name.endswith("calibration_temperature")]
    assert temperature_of(served) == stored == pytest.approx(temperature)


def test_onnx_runtime_reads_it_without_the_graph() -> None:
    session = onnxruntime.InferenceSession(graph(0.5), providers=["CPUExecutionProvider"])
    assert session.get_modelmeta().custom_metadata_map == {"calibration_temperature": "0.5"}


def test_graphs_of_before_have_it_as_a_constant_only() -> None:
    old = onnx.load_from_string(graph(0.75))
    del old.metadata_props[:]
    assert temperature_of(old.SerializeToString()) == 0.75
    assert temperature_of(read_graph(shipped()["cnn"].folder)) is not None


def test_a_model_without_one_has_none() -> None:
    plain = onnx.load_from_string(graph(1.0))
    del plain.metadata_props[:], plain.graph.initializer[:]
    assert temperature_of(plain.SerializeToString()) is None
