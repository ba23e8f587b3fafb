"""The calibration temperature of a served model, read from its graph without loading it."""

from __future__ import annotations

import struct

NAME = b"calibration_temperature"
MARK = bytes([0x42, len(NAME)]) + NAME + bytes([0x4A, 4])
"""How ONNX's protobuf writes the tensor: field 8, its name, then field 9, its raw data of 4 bytes."""


def temperature_of(graph: bytes) -> float | None:
    """Find the temperature that `core.models.serving.export.assemble` put behind a model's scores.

    Reading the whole graph takes `onnx` seconds and hundreds of megabytes for a forest; this searches its bytes.

    Parameters
    ----------
    graph : bytes
        An ONNX model.

    Returns
    -------
    float or None
        Above 0; None for a model without one, such as one trained elsewhere.
    """
    found = graph.rfind(MARK)
    value = graph[found + len(MARK) : found + len(MARK) + 4]
    return float(struct.unpack("<f", value)[0]) if found >= 0 and len(value) == 4 else None
