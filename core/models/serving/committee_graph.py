"""A committee as one ONNX graph: its members side by side, their weighted mean, and the temperature behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from core.models.serving.committee import FAINT
from core.models.serving.export import IR_VERSION, OPSET

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto

COMMITTEE_GRAPH = "committee.onnx"
INPUT = "features_"


def join_members(graphs: Mapping[int, bytes], weights: Mapping[int, float], temperature: float) -> ModelProto:
    """Join served graphs into one.

    Parameters
    ----------
    graphs : mapping of int to bytes
        The members' served graphs by their place in the committee; those without weight may be left out.
    weights : mapping of int to float
        Their shares of the answer, above 0; divided by their sum.
    temperature : float
        Above 0; divides the logarithm of the blend.

    Returns
    -------
    onnx.ModelProto
        From an input "features_K" for the member at place K, what its own fixed steps yield, to "label" (n,) int64 and
        "probabilities" (n, 10) float32.
    """
    from onnx import checker, helper, load_model_from_string

    members = {place: load_model_from_string(graph) for place, graph in graphs.items()}
    opsets = _opsets(members.values())
    total = sum(weights[place] for place in members)
    parts = [_prefixed(member, place, opsets) for place, member in members.items()]
    tail, constants = _blend({place: weights[place] / total for place in members}, temperature)
    graph = helper.make_graph(
        [node for part in parts for node in part.node] + tail,
        "digit_lab_committee",
        [entry for part in parts for entry in part.input],
        [
            helper.make_tensor_value_info("label", 7, ["n"]),
            helper.make_tensor_value_info("probabilities", 1, ["n", 10]),
        ],
        [entry for part in parts for entry in part.initializer] + constants,
    )
    joined = helper.make_model(
        graph, opset_imports=[helper.make_opsetid(name, number) for name, number in opsets.items()]
    )
    joined.ir_version = IR_VERSION
    joined.producer_name = "Digit Lab"
    checker.check_model(joined)
    return joined


def _opsets(models: Any) -> dict[str, int]:
    """Return the newest operator set of each domain that any member uses."""
    newest = {"": OPSET}
    for model in models:
        for entry in model.opset_import:
            domain = "" if entry.domain == "ai.onnx" else entry.domain
            newest[domain] = max(newest.get(domain, 0), entry.version)
    return newest


def _prefixed(model: ModelProto, place: int, opsets: Mapping[str, int]) -> GraphProto:
    """Return a member's graph with names of its own, its input called after its place."""
    from onnx import compose, version_converter

    current = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if current < opsets[""]:
        model = version_converter.convert_version(model, opsets[""])
    graph = compose.add_prefix_graph(model.graph, f"member_{place}_")
    initialized = {entry.name for entry in graph.initializer}
    taken = next(entry for entry in graph.input if entry.name not in initialized)
    old = taken.name
    taken.name = f"{INPUT}{place}"
    for node in graph.node:
        node.input[:] = [taken.name if name == old else name for name in node.input]
    return graph


def _blend(shares: Mapping[int, float], temperature: float) -> tuple[list[Any], list[Any]]:
    """Return nodes and constants from the members' probabilities to the committee's."""
    from onnx import helper, numpy_helper

    nodes: list[Any] = []
    values: dict[str, np.ndarray] = {
        "faint": np.array(FAINT, np.float32),
        "temperature": np.array(temperature, np.float32),
    }
    for place, share in shares.items():
        values[f"share_{place}"] = np.array(share, np.float32)
        nodes.append(helper.make_node("Mul", [f"member_{place}_probabilities", f"share_{place}"], [f"part_{place}"]))
    nodes += [
        helper.make_node("Sum", [f"part_{place}" for place in shares], ["blend"]),
        helper.make_node("Max", ["blend", "faint"], ["above_zero"]),
        helper.make_node("Log", ["above_zero"], ["logarithm"]),
        helper.make_node("Div", ["logarithm", "temperature"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0),
    ]
    return nodes, [numpy_helper.from_array(value, name) for name, value in values.items()]
