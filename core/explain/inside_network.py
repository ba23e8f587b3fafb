"""What a network has learned and does, read from its ONNX graph: its first filters, and what every layer answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.explain.last_layer import Sums, last_layer
from core.explain.receptive_field import fields

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

    @property
    def order(self) -> np.ndarray:
        """The maps from the strongest mean response to the weakest, (channels,) int64."""
        return np.argsort(-self.maps.mean(axis=(1, 2)), kind="stable")

    def strongest_place(self, channel: int) -> tuple[int, int]:
        """Return the row and column at which a map responds most."""
        row, column = np.unravel_index(int(self.maps[channel].argmax()), self.maps[channel].shape)
        return int(row), int(column)


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
        self._fields = fields(model.graph)
        self._last = last_layer(model.graph, self._weights)
        known = {entry.name for entry in model.graph.output}
        asked = [*self._answers, *([self._last.input] if self._last else [])]
        model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in asked if name not in known)
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

    def filters_of(self, place: int) -> np.ndarray:
        """Return the filters of a convolution, 1 for the first, (channels, h, w) float32: the mean over its inputs."""
        return np.asarray(self._weights[self._convolutions[place - 1].input[1]].mean(axis=1), np.float32)

    def field(self, place: int, row: int, column: int) -> tuple[int, int, int, int]:
        """Return the part of the picture that one place of a convolution's maps sees: top, left, bottom, right.

        In pixels, the ends excluded; it may reach beyond the picture where the picture is padded.
        """
        seen = self._fields[place - 1]
        (top, bottom), (left, right) = seen[0].at(row), seen[1].at(column)
        return top, left, bottom, right

    def feature_maps(self, features: np.ndarray) -> list[FeatureMaps]:
        """Return what each convolution, in order, answers for one picture's features, (1, h, w, 1) float32."""
        if not self._answers:
            return []
        answers = self._session.run(self._answers, {self._input: features})
        return self._maps(answers)

    def think(self, features: np.ndarray) -> tuple[list[FeatureMaps], Sums | None]:
        """Return the feature maps and the last layer's sums of one picture's features, from one run of the model.

        The sums are None for a network that does not end in ten weighted sums.
        """
        if self._last is None:
            return self.feature_maps(features), None
        *answers, values = self._session.run([*self._answers, self._last.input], {self._input: features})
        maps = self._maps(answers)
        return maps, self._last.sums(np.asarray(values[0], np.float32), maps[-1].maps if maps else None)

    def _maps(self, answers: list[np.ndarray]) -> list[FeatureMaps]:
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
