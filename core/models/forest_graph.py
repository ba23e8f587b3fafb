"""A forest's graph in which each leaf is a number, and one table says how the leaves vote.

The converter writes the vote of every leaf for every class into the attributes of the operator, which ONNX Runtime
holds twice for as long as the model is loaded: the shipped forest took 94 MB so, and takes a third of it this way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

PREFIX = "forest_"
DIRECTIONS = "directions"
CLASSIFIER, REGRESSOR = "TreeEnsembleClassifier", "TreeEnsembleRegressor"
DOMAIN = "ai.onnx.ml"
FEWEST_CLASSES = 3
"""Of two classes the operator stores only one."""

MOST_LEAVES = 2**24
"""Float32 holds every whole number up to this one."""


def compact(graph: GraphProto) -> bool:
    """Let the trees of a graph find leaves, and sum the leaves' votes from a table; False where nothing was changed."""
    place = next((at for at, node in enumerate(graph.node) if node.op_type == CLASSIFIER), None)
    if place is None:
        return False
    node = graph.node[place]
    values = _values(node)
    leaf, votes = _votes(values)
    if votes.shape[1] < FEWEST_CLASSES or len(votes) >= MOST_LEAVES:
        return False
    new = _nodes(node, values, leaf)
    graph.initializer.append(_tensor(votes, f"{node.output[1]}_votes"))
    graph.initializer.append(_tensor(np.array([1], np.int64), f"{node.output[1]}_axis"))
    kept = list(graph.node)
    del graph.node[:]
    graph.node.extend([*kept[:place], *new, *kept[place + 1 :]])
    return True


def beside(graph: GraphProto, directions: np.ndarray) -> None:
    """Let the trees of a graph take "features" (n, d) with those along directions (d, k) float32 beside them."""
    from onnx import helper

    if not directions.shape[1]:
        return
    for node in graph.node:
        node.input[:] = ["taken" if name == "features" else name for name in node.input]
    before = [
        helper.make_node("MatMul", ["features", DIRECTIONS], ["along"]),
        helper.make_node("Concat", ["features", "along"], ["taken"], axis=1),
    ]
    kept = list(graph.node)
    del graph.node[:]
    graph.node.extend([*before, *kept])
    graph.initializer.append(_tensor(directions, DIRECTIONS))
    graph.input[0].type.tensor_type.shape.dim[1].dim_value = len(directions)


def _values(node: NodeProto) -> dict[str, Any]:
    from onnx import helper

    return {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}


def _votes(values: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return tree and node of each leaf (leaves, 2) int64, and its vote for each class (leaves, classes) float32."""
    places = np.stack([np.asarray(values["class_treeids"]), np.asarray(values["class_nodeids"])], axis=1)
    leaf, row = np.unique(places, axis=0, return_inverse=True)
    classes = len(values.get("classlabels_int64s") or values["classlabels_strings"])
    votes = np.zeros((len(leaf), classes), np.float32)
    votes[row.reshape(-1), np.asarray(values["class_ids"])] = np.asarray(values["class_weights"], np.float32)
    return leaf, votes


def _nodes(node: NodeProto, values: dict[str, Any], leaf: np.ndarray) -> list[NodeProto]:
    from onnx import TensorProto, helper

    shares = node.output[1]
    trees, number = np.unique(leaf[:, 0], return_inverse=True)
    asked = {name: value for name, value in values.items() if name.startswith("nodes_") and name != "nodes_hitrates"}
    return [
        helper.make_node(
            REGRESSOR, list(node.input), [f"{shares}_leaves"], domain=DOMAIN, n_targets=len(trees),
            target_ids=number.reshape(-1).tolist(), target_treeids=leaf[:, 0].tolist(),
            target_nodeids=leaf[:, 1].tolist(), target_weights=np.arange(len(leaf), dtype=np.float64).tolist(),
            aggregate_function="SUM", post_transform="NONE", **asked,
        ),
        helper.make_node("Cast", [f"{shares}_leaves"], [f"{shares}_rows"], to=TensorProto.INT64),
        helper.make_node("Gather", [f"{shares}_votes", f"{shares}_rows"], [f"{shares}_each"], axis=0),
        helper.make_node("ReduceSum", [f"{shares}_each", f"{shares}_axis"], [shares], keepdims=0),
    ]  # fmt: skip


def _tensor(values: np.ndarray, name: str) -> Any:
    from onnx import numpy_helper

    return numpy_helper.from_array(values, name)
