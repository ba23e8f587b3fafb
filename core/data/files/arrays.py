"""NumPy's files: npz archives under any key names, and npy files in pairs."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from core.damage import DAMAGE, reason
from core.data.files.batch import ROWS, Batch, NoPicturesError, check_bytes, check_count
from core.data.files.values import could_be_labels, labels_of, picture_shape, pictures_of
from core.errors import FileError

WHAT_IT_HOLDS = re.compile(
    r"images?|labels?|targets?|data|pixels|class(es)?|ubyte|int|idx\d?|arr|(?<![a-z])[xy](?![a-z])"
    r"|^[xy](?=train|test|val)|(?<=train|.test)[xy]$"
)


def read_npz(path: Path, source: str) -> Iterator[Batch]:
    """Give the pictures of an npz archive, whatever its arrays are called; labels are those of as many rows."""
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {name.removesuffix(".npy"): _member(archive, name, source) for name in archive.namelist()}
    except DAMAGE as error:
        raise FileError(f"{source} is damaged or not an npz archive of numbers ({reason(error)}).") from error
    yield from paired(arrays, "npz", source)


def read_npy(paths: Sequence[tuple[Path, str]]) -> Iterator[Batch]:
    """Give the pictures of npy files, with the labels of those that belong to them."""
    arrays = {}
    for path, source in paths:
        try:
            with path.open("rb") as file:
                arrays[source] = _array(file, source)
        except DAMAGE as error:
            raise FileError(f"{source} is damaged or not an npy file of numbers ({reason(error)}).") from error
    yield from paired(arrays, "npy", "")


def paired(arrays: Mapping[str, np.ndarray], form: str, source: str) -> Iterator[Batch]:
    """Give each array of pictures with its labels: of as many rows, and the name that fits best."""
    pictures = {name: array for name, array in arrays.items() if _is_pictures(array)}
    others = {name: array for name, array in arrays.items() if name not in pictures and could_be_labels(array.shape)}
    if not pictures:
        held = ", ".join(f"{name} {array.shape}" for name, array in list(arrays.items())[:6]) or "nothing"
        raise NoPicturesError(f"{source or form} holds no array of pictures, such as (n, 28, 28); it holds {held}.")
    for name, array in pictures.items():
        called = f"{source}: {name}" if source else name
        found = pictures_of(array, called)
        check_count(len(found), called)
        partner = _partner(name, len(found), others)
        labels = None if partner is None else labels_of(others.pop(partner), f"{source} {partner}".strip())
        for start in range(0, len(found), ROWS):
            part = slice(start, start + ROWS)
            yield Batch(called, form, found[part], None if labels is None else labels[part])


def _is_pictures(array: np.ndarray) -> bool:
    shape = picture_shape(array.shape)
    return shape is not None and array.dtype.kind in "buif" and (array.ndim > 2 or array.shape[1] > 10)


def _partner(name: str, rows: int, labels: Mapping[str, np.ndarray]) -> str | None:
    fitting = [other for other, array in labels.items() if len(array) == rows]
    named = [other for other in fitting if stem(other) == stem(name)]
    return next(iter(named or fitting), None)


def stem(name: str) -> str:
    """Remove from a name the words that say whether the array or file holds images or labels."""
    name = name.lower().rpartition("/")[2].removesuffix(".gz").removesuffix(".npy")
    return re.sub(r"[^a-z0-9]", "", WHAT_IT_HOLDS.sub("", re.sub(r"[_.\- ]+", " ", name)))


def _member(archive: zipfile.ZipFile, name: str, source: str) -> np.ndarray:
    with archive.open(name) as file:
        return _array(file, f"{source}: {name}")


def _array(file: IO[bytes], source: str) -> np.ndarray:
    """Read one array whose header says that it is small enough, and holds no pickled objects."""
    version = np.lib.format.read_magic(file)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(file)
    check_bytes(int(np.prod(shape, dtype=object)) * dtype.itemsize, source)
    if picture_shape(shape) and len(shape) > 2:
        check_count(shape[0], source)
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)
