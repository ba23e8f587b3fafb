"""MNIST's files, read and checked: `mnist.npz`, or the four IDX files, plain or gzipped."""

from __future__ import annotations

import hashlib
import math
import struct
import zipfile
from pathlib import Path

import numpy as np

from core.arrays import UInt8Array
from core.damage import DAMAGE, reason
from core.data.dataset import Arrays
from core.data.files.idx import opened
from core.errors import DataError

NPZ_NAME = "mnist.npz"
IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
SHAPES = {"x_train": (60000, 28, 28), "y_train": (60000,), "x_test": (10000, 28, 28), "y_test": (10000,)}
# MD5 of the four uncompressed IDX files, headers included: those of http://yann.lecun.com/exdb/mnist/, unpacked.
IDX_MD5 = {
    "x_train": "6bbc9ace898e44ae57da46a324031adb",
    "y_train": "a25bea736e30d166cdddb491f175f624",
    "x_test": "2646ac647ad5339dbf082846283269ea",
    "y_test": "27ae3e4e09519cfbb04c329615203637",
}
UNSIGNED_BYTE = 0x08
LARGEST = 16 + 60_000 * 28 * 28
"""Bytes of the largest of the four files."""


def read_npz(path: Path) -> Arrays:
    """Read `mnist.npz`; raises DataError, which names the file, unless it holds MNIST bit for bit."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = Arrays(**{name: archive[name] for name in Arrays._fields})
    except DAMAGE as error:
        raise DataError(f"{path} is truncated or not an archive of MNIST ({reason(error)}).") from error
    for name, array in arrays._asdict().items():
        check(name, array, path)
    return arrays


def has_usual_keys(path: Path) -> bool:
    """Return whether an archive has the keys of Keras' `mnist.npz`.

    True for one that cannot be opened as an archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {f"{name}.npy" for name in Arrays._fields} <= set(archive.namelist())
    except DAMAGE:
        return True


def read_idx_files(paths: dict[str, Path]) -> Arrays:
    """Read the four IDX files, by array name; raises DataError naming the first that is not MNIST's bit for bit."""
    arrays = {name: read_idx(path) for name, path in paths.items()}
    for name, array in arrays.items():
        check(name, array, paths[name])
    return Arrays(**arrays)


def read_idx(path: Path) -> UInt8Array:
    """Read one IDX file of unsigned bytes, gzipped or not by its content, not its name.

    Returns
    -------
    ndarray uint8, with the shape that the header says (format: http://yann.lecun.com/exdb/mnist/)

    Raises
    ------
    DataError
        The file is truncated, too long, or not IDX.
    """
    content = _unpacked(path)
    if not content.startswith(bytes([0, 0, UNSIGNED_BYTE])):
        raise DataError(f"{path} is not an IDX file of unsigned bytes: it begins with {content[:4].hex(' ')}.")
    try:
        n_axes = content[3]
        shape = struct.unpack_from(f">{n_axes}I", content, 4)
    except (IndexError, struct.error) as error:
        raise DataError(f"{path} is truncated: it ends inside its header.") from error
    expected, got = math.prod(shape), len(content) - 4 - 4 * n_axes
    if expected != got:
        raise DataError(f"{path} is truncated or damaged: {got:,} bytes of pixels or labels instead of {expected:,}.")
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_axes).reshape(shape)


def check(name: str, array: np.ndarray, path: Path) -> None:
    """Compare an array with MNIST's own by the MD5 of its IDX file; raises DataError, which names the file."""
    if array.dtype != np.uint8 or array.shape != SHAPES[name]:
        raise DataError(f"{path} is not MNIST: {name} must be {SHAPES[name]} uint8; got {array.shape} {array.dtype}.")
    if idx_md5(array) != IDX_MD5[name]:
        raise DataError(f"{path} is not the published MNIST: the MD5 of {name} is not {IDX_MD5[name]}.")


def idx_md5(array: np.ndarray) -> str:
    """Return MD5 of the IDX file that a uint8 array serialises to."""
    digest = hashlib.md5(_idx_header(array), usedforsecurity=False)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def npz_path(folder: Path) -> Path | None:
    """Find `mnist.npz` in a folder."""
    path = folder / NPZ_NAME
    return path if is_present(path) else None


def idx_paths(folder: Path) -> dict[str, Path]:
    """Find the IDX files of a folder, by array name: with - or . before idx, plain or .gz, or in MNIST/raw below."""
    candidates = {
        name: [path for path in _idx_candidates(folder, stem) if is_present(path)] for name, stem in IDX_NAMES.items()
    }
    return {name: found[0] for name, found in candidates.items() if found}


def is_present(path: Path) -> bool:
    """Return whether a file is there and may be looked at."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def _unpacked(path: Path) -> bytes:
    try:
        with opened(path) as file:
            return file.read(LARGEST + 1)  # one byte more than there may be is too long, or packed to do harm
    except DAMAGE as error:
        raise DataError(f"{path} is truncated or cannot be read ({reason(error)}).") from error


def _idx_candidates(folder: Path, stem: str) -> list[Path]:
    stems = (stem, stem.replace("-idx", ".idx"))
    return [
        place / (name + ending)
        for place in (folder, folder / "MNIST" / "raw")
        for name in stems
        for ending in ("", ".gz")
    ]


def _idx_header(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, UNSIGNED_BYTE, array.ndim, *array.shape)
