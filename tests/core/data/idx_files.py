"""Writes IDX files, which the product only reads."""

from __future__ import annotations

import struct

import numpy as np


def idx_bytes(array: np.ndarray) -> bytes:
    """Serialise uint8 data of any shape (format: http://yann.lecun.com/exdb/mnist/)."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()
