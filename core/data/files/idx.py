"""IDX files of any number type, plain or gzipped: MNIST's, EMNIST's and QMNIST's own form."""

from __future__ import annotations

import gzip
import math
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from core.damage import DAMAGE, reason
from core.data.files.arrays import paired
from core.data.files.batch import Batch, check_bytes, check_count
from core.errors import FileError

# The third byte of the header (http://yann.lecun.com/exdb/mnist/, "the IDX file format").
DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST_AXES = 4


def looks_like_idx(head: bytes) -> bool:
    """Return whether the first four bytes of a file, unpacked, are those of IDX."""
    return len(head) >= 4 and head[:2] == b"\0\0" and head[2] in DTYPES and 1 <= head[3] <= MOST_AXES


def read_idx(paths: Sequence[tuple[Path, str]]) -> Iterator[Batch]:
    """Give the pictures of IDX files, with the labels of those that belong to them."""
    yield from paired({source: _array(path, source) for path, source in paths}, "IDX", "")


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacked as one reads where it is gzipped, by content and not by name."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def _array(path: Path, source: str) -> np.ndarray:
    try:
        with opened(path) as file:
            return _read(file, source)
    except DAMAGE as error:
        raise FileError(f"{source} is truncated or cannot be read ({reason(error)}).") from error


def _read(file: IO[bytes], source: str) -> np.ndarray:
    head = file.read(4)
    if not looks_like_idx(head):
        raise FileError(f"{source} is not an IDX file: it begins with {head.hex(' ') or 'nothing'}.")
    sizes = file.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise FileError(f"{source} is truncated: it ends inside its header.")
    shape, dtype = struct.unpack(f">{head[3]}I", sizes), np.dtype(DTYPES[head[2]])
    if len(shape) > 2:
        check_count(shape[0], source)
    size = math.prod(shape) * dtype.itemsize
    check_bytes(size, source)
    content = file.read(size + 1)
    if len(content) != size:
        got = f"more than {size:,}" if len(content) > size else f"{len(content):,}"
        raise FileError(f"{source} is truncated or damaged: {got} bytes of pixels or labels instead of {size:,}.")
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))
