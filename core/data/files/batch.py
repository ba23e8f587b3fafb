"""What every kind of file gives: batches of pictures with their labels, in the file's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import FileError

MOST_IMAGES = 100_000
MOST_BYTES = 1_000_000_000
"""Bytes that one array or one archive may take once it is unpacked."""

ROWS = 4_096
"""Pictures in a batch, at most."""


class NoPicturesError(FileError):
    """The file is sound and holds no pictures, as a table of other things does."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Pictures from one file.

    Attributes
    ----------
    source : str
        Name of the file, or of the array in it.
    form : str
        What kind of file it is, for people: "CSV", "npz", "Parquet".
    pictures : ndarray (n, h, w) uint8, or sequence of bytes
        Grey levels as stored; or the contents of image files, which are of any size.
    labels : ndarray (n,) uint8, or None
        0 to 9; None where the file has none.
    """

    source: str
    form: str
    pictures: np.ndarray | Sequence[bytes]
    labels: np.ndarray | None

    def __len__(self) -> int:
        return len(self.pictures)


def check_count(images: int, source: str) -> None:
    """Raise FileError for more pictures than are read at once."""
    if images > MOST_IMAGES:
        raise FileError(f"{source} holds more than {MOST_IMAGES:,} pictures; take a part of it.")


def check_bytes(size: int, source: str) -> None:
    """Raise FileError for what would take too much memory once it is unpacked."""
    if size > MOST_BYTES:
        raise FileError(f"{source} unpacks to {size / 1e6:,.0f} MB; up to {MOST_BYTES / 1e6:,.0f} MB are read.")
