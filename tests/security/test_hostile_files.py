"""Files that hold code, or that are made to take a parser's memory or time, get a sentence and run nothing."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from core.data.files import batches
from core.errors import FileError


class Touches:
    """An object whose pickle makes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.path,)  # type: ignore[return-value]


@pytest.mark.parametrize("name", ["model.pkl", "model.skops", "digits.npy", "digits.npz", "digits.csv"])
def test_nothing_in_a_pickle_runs(name: str, tmp_path: Path) -> None:
    mark = tmp_path / "it ran"
    file = tmp_path / name
    objects = np.array([Touches(mark)], dtype=object)
    if name == "digits.npz":
        np.savez(file, images=objects)
    elif name == "digits.npy":
        np.save(file, objects, allow_pickle=True)
    else:
        file.write_bytes(pickle.dumps(Touches(mark)))
    with pytest.raises(FileError, match=name):
        list(batches(file))
    assert not mark.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"1" * 100_000_000, b",".join([b"1"] * 1_000_000) + b"\n", b"\0" * 1_000_000, b"label,pixel0\n\0,\0\n" * 1000,
        b'"' * 2_000_001, b'label,"' + b"x" * 5_000_000,
    ],
    ids=["one line", "a million columns", "NUL", "NUL in cells", "quotes", "an open quote"],
)  # fmt: skip
def test_a_csv_that_is_none_is_told_at_once(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "hostile.csv"
    file.write_bytes(content)
    with pytest.raises(FileError, match=r"hostile\.csv"):
        list(batches(file))
