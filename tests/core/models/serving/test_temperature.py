from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.models.serving.export import assemble
from core.models.serving.temperature import temperature_of


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


def test_a_model_without_one_has_none() -> None:
    assert temperature_of(b"") is None
    assert temperature_of(graph(1.0)[:-2000]) is None
