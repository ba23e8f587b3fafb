"""Files that hold code, or that are made to take a parser's memory or time, get a sentence and run nothing."""

from __future__ import annotations

import json
import os
import pickle
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from core.data.files import batches
from core.errors import FileError
from core.models.catalogue import CATALOGUE
from core.models.forest import load as load_forest
from core.models.kind import ModelKind


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


def leaves_a_mark(where: str) -> str:
    Path(where).touch()
    return where


@pytest.mark.parametrize("kind", [kind for kind in CATALOGUE.values() if kind.native_file.endswith(".skops")])
def test_a_native_model_with_functions_of_its_own_runs_nothing(kind: ModelKind, tmp_path: Path) -> None:
    """As a copied home or a shared registry could hold: a bound function, its module, an estimator that calls it."""
    from sklearn.preprocessing import FunctionTransformer

    mark = tmp_path / "it ran"
    for hostile in (
        partial(leaves_a_mark, str(mark)),
        {"weights": partial(os.system, f"touch {mark}"), "bias": np.zeros(10)},
        FunctionTransformer(partial(leaves_a_mark, str(mark)), check_inverse=False),
    ):
        path = tmp_path / kind.native_file
        skops.io.dump(hostile, path)
        with pytest.raises(UntrustedTypesFoundException):
            kind.load(path)
    assert not mark.exists()


def test_a_native_model_whose_archive_names_another_loader_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "it ran"
    path = tmp_path / "forest.skops"
    skops.io.dump({"weights": np.zeros(3)}, path)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(contents["schema.json"])
    for loader, module, name in (
        ("ReduceNode", "posix", "system"), ("MethodNode", "os", "system"), ("TypeNode", "builtins", "eval"),
        ("FunctionNode", "os", "system"), ("OperatorFuncNode", "operator", "call"), ("JsonNode", "os", "system"),
    ):  # fmt: skip
        hostile = {**schema, "__loader__": loader, "__module__": module, "__class__": name, "content": f"touch {mark}"}
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in (contents | {"schema.json": json.dumps(hostile).encode()}).items():
                archive.writestr(member, content)
        with suppress(Exception):  # what is refused, and how, is skops's own; that nothing runs is ours
            load_forest(path)
    assert not mark.exists()
