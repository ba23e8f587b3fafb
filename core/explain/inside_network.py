"""What a network has learned and does, read from its ONNX graph: its first filters, and what every layer answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

NORMALISING = ("BatchNormalization", "Relu", "Clip", "LeakyRelu", "Elu")
"""What a convolution's answer goes through before anybody else sees it."""


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """What one convolution answers for one picture.

    Attributes
    ----------
    place : int
        1 for the first convolution.
    kernel : (int, int)
        Height and width of its filters.
    maps : (channels, h, w) float32
        After its activation.
    """

    place: int
    kernel: tuple[int, int]
    maps: np.ndarray


class NetworkInside:
    """A network opened up: safe to share between threads.

    Parameters
    ----------
    graph : bytes
        The served ONNX model; it is not changed.
    """

    def __init__(self, graph: bytes) -> None:
        import onnx
        import onnxruntime

        model = onnx.load_model_from_string(graph)
        self._convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
        self._weights = _weights(model.graph)
        self._answers = [_answer(model.graph, node) for node in self._convolutions]
        known = {entry.name for entry in model.graph.output}
        model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in self._answers if name not in known)
        self._input = next(entry.name for entry in model.graph.input if entry.name not in self._weights)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    @property
    def filters(self) -> np.ndarray:
        """The filters of the first convolution, (channels, h, w) float32, the mean over its inputs; may be none.

        Where batch normalisation is merged into the convolution, as in our own networks, they carry its factor.
        """
        if not self._convolutions or self._convolutions[0].input[1] not in self._weights:
            return np.empty((0, 1, 1), np.float32)
        return np.asarray(self._weights[self._convolutions[0].input[1]].mean(axis=1), np.float32)

    def feature_maps(self, features: np.ndarray) -> list[FeatureMaps]:
        """Return what each convolution, in order, answers for one picture's features, (1, h, w, 1) float32."""
        if not self._answers:
            return []
        answers = self._session.run(self._answers, {self._input: features})
        return [
            FeatureMaps(place, self._kernel(node), np.asarray(answer[0], np.float32))
            for place, (node, answer) in enumerate(zip(self._convolutions, answers, strict=True), 1)
        ]

    def _kernel(self, node: NodeProto) -> tuple[int, int]:
        shape = self._weights[node.input[1]].shape if node.input[1] in self._weights else (0, 0, 0, 0)
        return int(shape[2]), int(shape[3])


def _weights(graph: GraphProto) -> dict[str, np.ndarray]:
    from onnx import numpy_helper

    return {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}


def _answer(graph: GraphProto, node: NodeProto) -> str:
    """Return the value that a convolution's answer is after its normalisation and activation."""
    name = str(node.output[0])
    while True:
        readers = [reader for reader in graph.node if name in reader.input]
        if len(readers) != 1 or readers[0].op_type not in NORMALISING:
            return name
        name = str(readers[0].output[0])
