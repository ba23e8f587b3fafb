"""Which pixels of the picture one place of a convolution's answer sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

SLIDING = ("Conv", "MaxPool", "AveragePool")


@dataclass(frozen=True)
class Field:
    """Along one axis, the pixels that place 0 sees, and how far the next place's are from them.

    The arithmetic is that of Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks"
    (Distill 2019).
    """

    start: int = 0
    size: int = 1
    step: int = 1

    def after(self, kernel: int, stride: int, padding: int) -> Field:
        """Return the field behind one more layer that slides a window."""
        return Field(self.start - padding * self.step, self.size + (kernel - 1) * self.step, self.step * stride)

    def at(self, place: int) -> tuple[int, int]:
        """Return the first pixel that a place sees, and the one behind the last."""
        first = self.start + place * self.step
        return first, first + self.size


def fields(graph: GraphProto) -> list[tuple[Field, Field]]:
    """Return for each convolution of a network whose layers follow one another its fields, down and across."""
    found, down, across = [], Field(), Field()
    for node in graph.node:
        if node.op_type in SLIDING:
            kernel, stride, padding = _window(node, graph)
            down, across = down.after(kernel[0], stride[0], padding[0]), across.after(kernel[1], stride[1], padding[1])
            if node.op_type == "Conv":
                found.append((down, across))
    return found


def _window(node: NodeProto, graph: GraphProto) -> tuple[list[int], list[int], list[int]]:
    """Return the kernel, the stride and the padding before the first pixel of a node, two numbers each."""
    from onnx import helper

    values: dict[str, Any] = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
    kernel = list(values.get("kernel_shape") or _kernel_of_weights(node, graph))
    stride = list(values.get("strides", [1, 1]))
    if values.get("auto_pad", b"NOTSET") in (b"SAME_UPPER", b"SAME_LOWER"):
        return kernel, stride, [(size - 1) // 2 for size in kernel]  # exact for a stride of 1
    return kernel, stride, list(values.get("pads", [0, 0, 0, 0]))[:2]


def _kernel_of_weights(node: NodeProto, graph: GraphProto) -> list[int]:
    weights = next((entry for entry in graph.initializer if entry.name in node.input), None)
    return list(weights.dims)[2:] if weights is not None else [1, 1]
