"""MNIST out of files that take long to read, kept in the cache."""

from __future__ import annotations

import contextlib
from pathlib import Path

from core.data.archive import check
from core.data.dataset import Arrays
from core.data.npz_cache import NpzCache
from core.data.recognised import read_mnist
from core.errors import DataError

_cache = NpzCache("mnist-converted", most_files=1)


def read_converted(path: Path, mark: str) -> Arrays:
    """Read MNIST from any file or folder that holds it; the copy in the cache of the same `mark` answers from then on.

    Raises
    ------
    DataError
        It does not hold all of MNIST.
    """
    kept = _cache.read(mark)
    if kept is not None:
        with contextlib.suppress(DataError, TypeError):  # another version's names, or a damaged copy
            arrays = Arrays(**kept)
            for name, array in kept.items():
                check(name, array, path)
            return arrays
    arrays = read_mnist(path)
    with contextlib.suppress(OSError):  # a full disk costs time at the next start, nothing else
        _cache.write(mark, arrays._asdict())
    return arrays
