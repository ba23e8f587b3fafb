"""One ONNX graph for all that is learned: scaler and PCA before the model, the calibration temperature behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto

    from core.preprocessing.affine import Affine

OPSET = 18
TEMPERATURE = "calibration_temperature"
"""Of the metadata entry and of the constant that hold it."""
PREFIX = "model_"
"""Of every name inside the model's own graph, so that none meets a name of ours."""
IR_VERSION = 10
"""Both old enough for every ONNX Runtime of the last years, and new enough for what the exporters emit."""


def assemble(scores_model: ModelProto, learned: Sequence[Affine], temperature: float) -> ModelProto:
    """Join learned preprocessing, the model's scores and the temperature into the graph that is served.

    Parameters
    ----------
    scores_model : onnx.ModelProto
        From "features" float32 to "scores" (n, 10) float32.
    learned : sequence of Affine
        The learned preprocessing steps, in order; they take (n, d) float32.
    temperature : float
        Above 0; the probabilities are softmax(scores / temperature).

    Returns
    -------
    onnx.ModelProto
        From "features" float32 (what the fixed steps yield) to "label" (n,) int64, the argmax of "probabilities"
        (n, 10) float32, whose rows sum to 1.
    """
    from onnx import checker, compose, helper

    opsets = {entry.domain: entry.version for entry in scores_model.opset_import}
    opsets[""] = max(opsets.get("", OPSET), OPSET)
    graph = compose.add_prefix_graph(_aligned(scores_model, opsets).graph, PREFIX)
    tail = _calibration(temperature)
    graph = compose.merge_graphs(graph, tail, io_map=[(f"{PREFIX}scores", "calibration_scores")])
    if learned:
        head = _preprocessing(learned)
        graph = compose.merge_graphs(head, graph, io_map=[("preprocessed", f"{PREFIX}features")])
    else:
        _rename_input(graph, f"{PREFIX}features", "features")
    graph.name = "digit_lab"
    served = helper.make_model(
        graph, opset_imports=[helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    )
    served.ir_version = IR_VERSION
    served.producer_name = "Digit Lab"
    helper.set_model_props(served, {TEMPERATURE: str(float(np.float32(temperature)))})
    checker.check_model(served)
    return served


def _aligned(model: ModelProto, opsets: dict[str, int]) -> ModelProto:
    """Lift a graph of an older operator set, as Keras and skl2onnx may emit, to the one of the tail."""
    from onnx import version_converter

    current = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if current >= opsets[""] or any(entry.domain == "ai.onnx.ml" for entry in model.opset_import):
        return model
    return version_converter.convert_version(model, opsets[""])


def _calibration(temperature: float) -> GraphProto:
    from onnx import TensorProto, helper, numpy_helper

    nodes = [
        helper.make_node("Div", ["calibration_scores", TEMPERATURE], ["calibrated_scores"]),
        helper.make_node("Softmax", ["calibrated_scores"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0),
    ]
    constants = [numpy_helper.from_array(np.array(temperature, np.float32), TEMPERATURE)]
    return helper.make_graph(
        nodes,
        "calibration",
        [helper.make_tensor_value_info("calibration_scores", TensorProto.FLOAT, ["n", 10])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10]),
        ],
        constants,
    )


def _preprocessing(learned: Sequence[Affine]) -> GraphProto:
    """Write each affine map as two nodes: subtract the mean, then multiply by its matrix or its scale."""
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[Any] = []
    constants: list[Any] = []
    value = "features"
    for position, affine in enumerate(learned):
        name = f"preprocessing_{position}"
        factor = affine.scale if affine.matrix is None else affine.matrix
        constants.append(numpy_helper.from_array(affine.mean.astype(np.float32), f"{name}_mean"))
        constants.append(numpy_helper.from_array(np.asarray(factor, np.float32), f"{name}_factor"))
        nodes.append(helper.make_node("Sub", [value, f"{name}_mean"], [f"{name}_centred"]))
        operator = "Mul" if affine.matrix is None else "MatMul"
        value = "preprocessed" if position == len(learned) - 1 else f"{name}_out"
        nodes.append(helper.make_node(operator, [f"{name}_centred", f"{name}_factor"], [value]))
    width = learned[0].mean.shape[0]
    return helper.make_graph(
        nodes,
        "preprocessing",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", width])],
        [helper.make_tensor_value_info("preprocessed", TensorProto.FLOAT, ["n", "d"])],
        constants,
    )


def learned_steps(graph: bytes) -> tuple[Affine, ...]:
    """Return the learned preprocessing steps that `assemble` laid into a served graph, in order."""
    from onnx import load_model_from_string, numpy_helper

    from core.preprocessing.affine import Affine

    stored = {entry.name: entry for entry in load_model_from_string(graph).graph.initializer}
    found: list[Affine] = []
    while (name := f"preprocessing_{len(found)}") + "_mean" in stored:
        mean, factor = (numpy_helper.to_array(stored[f"{name}_{part}"]) for part in ("mean", "factor"))
        found.append(Affine(mean, matrix=factor) if factor.ndim == 2 else Affine(mean, scale=factor))
    return tuple(found)


def temperature_of(graph: bytes) -> float | None:
    """Return the temperature that `assemble` wrote into a served graph's metadata, or its constant in older graphs.

    None for a model without one, such as one trained elsewhere.
    """
    from onnx import load_model_from_string, numpy_helper

    model = load_model_from_string(graph)
    stored = {entry.key: entry.value for entry in model.metadata_props}
    constants = (entry for entry in model.graph.initializer if entry.name == TEMPERATURE)
    known = stored.get(TEMPERATURE) or next(map(numpy_helper.to_array, constants), None)
    return None if known is None else float(known)


def _rename_input(graph: GraphProto, old: str, new: str) -> None:
    for entry in graph.input:
        if entry.name == old:
            entry.name = new
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
