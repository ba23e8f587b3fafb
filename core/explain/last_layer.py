"""The last layer of a network: ten weighted sums, and what each input contributes to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.models.kind import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onnx import GraphProto, NodeProto


@dataclass(frozen=True, eq=False)
class Sums:
    """Ten sums, and the parts that they are made of.

    Attributes
    ----------
    parts : (inputs, 10) float32
        What each input adds to each sum.
    bias : (10,) float32
    by_map : bool
        Whether each input is a feature map of the last convolution; else a neuron before the last layer.
    """

    parts: np.ndarray
    bias: np.ndarray
    by_map: bool

    @property
    def values(self) -> np.ndarray:
        """The ten sums, (10,) float32; the softmax of them, over the temperature, is the probability."""
        return np.asarray(self.parts.sum(axis=0) + self.bias)

    @property
    def answer(self) -> int:
        """The digit with the largest sum."""
        return int(self.values.argmax())

    def contributions(self, most: int = 6) -> pd.DataFrame:
        """Return the inputs that matter most for the answer, and those that matter most against it, `most` of each.

        What is added to all ten sums alike changes no probability, so each contribution is counted from the mean over
        the digits.

        Returns
        -------
        one row an input, the largest contribution first: `input` (0 for the first), `contribution`
        """
        own = (self.parts - self.parts.mean(axis=1, keepdims=True))[:, self.answer]
        table = pd.DataFrame({"input": np.arange(len(own)), "contribution": own})
        table = table.sort_values("contribution", ascending=False, kind="stable", ignore_index=True)
        ends = pd.concat([table.head(most), table.tail(min(most, max(0, len(table) - most)))], ignore_index=True)
        return ends[ends["contribution"] != 0].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class LastLayer:
    """The name of the value that the last layer takes, its weights (inputs, 10) and its bias (10,), float32."""

    input: str
    weights: np.ndarray
    bias: np.ndarray

    def sums(self, values: np.ndarray, maps: np.ndarray | None) -> Sums:
        """Return the sums of one picture.

        Parameters
        ----------
        values : (inputs,) float32
            What the layer takes.
        maps : (channels, h, w) float32, optional
            The last convolution's. Where the layer takes them flattened or averaged, contributions are counted by map.
        """
        parts = np.asarray(values.reshape(-1, 1) * self.weights, np.float32)
        flat = values.reshape(-1)
        if maps is None:
            return Sums(parts, self.bias, False)
        channels = len(maps)
        if flat.size == maps.size and np.array_equal(flat, maps.transpose(1, 2, 0).ravel()):
            return Sums(parts.reshape(-1, channels, CLASSES).sum(axis=0), self.bias, True)
        if flat.size == maps.size and np.array_equal(flat, maps.ravel()):
            return Sums(parts.reshape(channels, -1, CLASSES).sum(axis=1), self.bias, True)
        averaged = flat.size == channels and np.allclose(flat, maps.mean(axis=(1, 2)), rtol=1e-3, atol=1e-5)
        return Sums(parts, self.bias, bool(averaged))


def last_layer(graph: GraphProto, weights: Mapping[str, np.ndarray]) -> LastLayer | None:
    """Return the last layer that makes ten sums with weights of its own; None where there is none.

    Parameters
    ----------
    weights : mapping of str to array
        The graph's constants.
    """
    for node in reversed(graph.node):
        if node.op_type in ("MatMul", "Gemm") and node.input[1] in weights:
            matrix = weights[node.input[1]]
            if node.op_type == "Gemm" and _attribute(node, "transB"):
                matrix = matrix.T
            if matrix.ndim == 2 and matrix.shape[1] == CLASSES:
                return LastLayer(str(node.input[0]), np.asarray(matrix, np.float32), _bias(graph, node, weights))
    return None


def _attribute(node: NodeProto, name: str) -> int:
    return next((entry.i for entry in node.attribute if entry.name == name), 0)


def _bias(graph: GraphProto, node: NodeProto, weights: Mapping[str, np.ndarray]) -> np.ndarray:
    readers = [reader for reader in graph.node if reader.op_type == "Add" and node.output[0] in reader.input]
    names = [*node.input[2:], *(name for reader in readers for name in reader.input)]
    found = next((weights[name] for name in names if name in weights and weights[name].size == CLASSES), None)
    return np.zeros(CLASSES, np.float32) if found is None else np.asarray(found, np.float32).reshape(CLASSES)
