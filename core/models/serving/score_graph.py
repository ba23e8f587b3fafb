"""Small ONNX graphs from "features" to "scores", written node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.models.serving.export import IR_VERSION, OPSET

if TYPE_CHECKING:
    from onnx import ModelProto

Node = tuple[str, Sequence[str], str, Mapping[str, Any]]
"""Operator, names of its inputs, name of its output (several are joined by commas), attributes."""


def score_graph(nodes: Sequence[Node], constants: Mapping[str, np.ndarray], width: int) -> ModelProto:
    """Build a model from "features" (n, width) float32 to "scores" (n, 10) float32.

    Constants of float16 are stored so, at half the size, and cast to float32 when the model is loaded.
    """
    from onnx import TensorProto, helper, numpy_helper

    halves = [name for name, value in constants.items() if value.dtype == np.float16]
    stored = {f"{name}_half" if name in halves else name: value for name, value in constants.items()}
    casts = [helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT) for name in halves]
    graph = helper.make_graph(
        casts
        + [
            helper.make_node(operator, inputs, output.split(","), **options)
            for operator, inputs, output, options in nodes
        ],
        "scores",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", width])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 10])],
        [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in stored.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    return model
