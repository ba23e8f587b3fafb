"""Twenty and more files that cannot be used: each gets one sentence that names the file."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.files import batches
from core.data.files.folder import files_below
from core.errors import FileError
from tests.core.data.forms import png
from tests.core.data.idx_files import idx_bytes

IMAGES = np.random.default_rng(3).integers(0, 256, (30, 28, 28), dtype=np.uint8)
LABELS = np.arange(30, dtype=np.uint8) % 10


def table(labels: np.ndarray | None = LABELS, pixels: int = 784) -> pd.DataFrame:
    frame = pd.DataFrame(IMAGES.reshape(30, -1)[:, :pixels], columns=[f"pixel{i}" for i in range(pixels)])
    if labels is not None:
        frame.insert(0, "label", labels)
    return frame


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def npz(**arrays: np.ndarray) -> bytes:
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    return packed.getvalue()


def npy(array: np.ndarray, *, pickles: bool = False) -> bytes:
    packed = io.BytesIO()
    np.save(packed, array, allow_pickle=pickles)
    return packed.getvalue()


def parquet(frame: pd.DataFrame) -> bytes:
    packed = io.BytesIO()
    frame.to_parquet(packed)
    return packed.getvalue()


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def link() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        member = zipfile.ZipInfo("3/x.png")
        member.external_attr = 0o120777 << 16
        file.writestr(member, "/etc/passwd")
    return packed.getvalue()


def bomb() -> bytes:
    """A small archive that unpacks to 1.2 MB, in the test more than is taken."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file, file.open("3/x.png", "w") as member:
        for _ in range(1_200):
            member.write(bytes(1_000))
    return packed.getvalue()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def encrypted(content: bytes) -> bytes:
    """Set the flag that says so, in the local and in the central header."""
    flagged = bytearray(content)
    flagged[6] |= 1
    flagged[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(flagged)


BROKEN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("train.csv", lambda: b"", "is empty"),
    "header only": ("train.csv", lambda: csv(table()[:0]), "has no rows"),
    "ragged": ("train.csv", lambda: csv(table()) + b"1,2,3\n", "Expected 785 columns, got 3"),
    "words": ("train.csv", lambda: csv(table()).replace(b",7,", b",seven,"), "invalid value 'seven'"),
    "holes": ("train.csv", lambda: csv(table().astype(object).where(table() != 7, None)), "has empty cells"),
    "out of range": ("train.csv", lambda: csv(table().astype(int) * 300), "grey levels lie between 0 and 255"),
    "letters": ("emnist-letters.csv", lambda: csv(table(np.arange(30) % 26 + 1)), r"row 10 has '10' \(26 different"),
    "named labels": ("train.csv", lambda: csv(table(np.array(["cat", "dog"] * 15))), "row 1 has 'cat'"),
    "other columns": ("iris.csv", lambda: csv(table(None, 5)), "has 5 columns; pictures have 784 pixels"),
    "UTF-16": ("train.csv", lambda: csv(table()).decode().encode("utf-16"), "not text in UTF-8"),
    "binary": ("train.csv", lambda: bytes(5000), "not a CSV file"),
    "cut npz": ("own.npz", lambda: cut(npz(x=IMAGES, y=LABELS)), "damaged or not an npz archive"),
    "pickles": ("own.npz", lambda: npz(x=np.array([{}, []], object)), "Object arrays cannot be loaded"),
    "npz without pictures": ("own.npz", lambda: npz(weights=np.zeros((3, 5))), "holds no array of pictures"),
    "not a number": ("x.npy", lambda: npy(np.full((2, 28, 28), np.nan)), r"not numbers \(NaN\)"),
    "cut npy": ("x.npy", lambda: cut(npy(IMAGES)), "damaged or not an npy file"),
    "renamed": ("x.npy", lambda: b"these are words", "is damaged: it does not begin"),
    "a million rows": ("x.npy", lambda: npy(IMAGES)[:8] + header((10**6, 28, 28)), "more than 100,000 pictures"),
    "huge array": ("x.npy", lambda: npy(IMAGES)[:8] + header((1, 10**6, 10**6)), "unpacks to 1,000,000 MB"),
    "cut IDX": ("a-images-idx3-ubyte", lambda: cut(idx_bytes(IMAGES)), "is truncated or damaged"),
    "cut gzip": ("a-images-idx3-ubyte.gz", lambda: cut(gzip.compress(idx_bytes(IMAGES))), "truncated or cannot be"),
    "cut header": ("a-images-idx3-ubyte", lambda: idx_bytes(IMAGES)[:9], "ends inside its header"),
    "header of minus signs": (
        "x.npy", lambda: npy(IMAGES)[:8] + header("-" * 9_000 + "1"), "damaged or not an npy file",
    ),
    "a size of thirty digits": ("x.npy", lambda: npy(IMAGES)[:8] + header((0, 10**30)), "damaged or not an npy file"),
    "gzip of nonsense": ("train.csv.gz", lambda: b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 99, "cannot be read"),
    "gzip that breaks later": (
        "train.csv.gz", lambda: gzip.compress(csv(table()), 1)[:-4000] + b"\xff" * 4000, "is damaged",
    ),
    "half a million columns": ("train.csv", lambda: b",".join([b"1"] * 499_849) + b"\n", "has 499,849 columns"),
    "a long cell": ("train.csv", lambda: b'"' + b"x" * 200_000 + b'"\n1\n', "field larger than field limit"),
    "zip of broken LZMA": ("a.zip", lambda: lzma_zip(), "damaged or cannot be unpacked"),
    "Parquet of one long list": (
        "a.parquet", lambda: parquet(pd.DataFrame({"image": [np.zeros(2 * 10**5, np.uint8)]})), "unpacks to 2 MB",
    ),
    "IDX bomb": (
        "a-images-idx3-ubyte.gz",
        lambda: gzip.compress(struct.pack(">HBB3I", 0, 8, 3, 10**6, 28, 28) + bytes(10**7)),
        "more than 100,000 pictures",
    ),
    "cut Parquet": ("test.parquet", lambda: cut(parquet(table())), "damaged or not a Parquet file"),
    "Parquet of words": ("test.parquet", lambda: parquet(pd.DataFrame({"text": ["a"]})), "no column of pictures"),
    "Parquet with a hole": (
        "test.parquet",
        lambda: parquet(pd.DataFrame({"image": [png(IMAGES[0]), None], "label": [1, 2]})),
        "no picture in row 2",
    ),
    "zip that leaves its folder": ("a.zip", lambda: archive(**{"../../3/x.png": b"x"}), "outside its folder"),
    "zip with an absolute path": ("a.zip", lambda: archive(**{"/etc/3/x.png": b"x"}), "outside its folder"),
    "zip with a link": ("a.zip", link, "is a link"),
    "zip bomb": ("a.zip", bomb, "unpacks to 1 files and 1 MB"),
    "encrypted zip": ("a.zip", lambda: encrypted(archive(**{"3/x.png": b"x"})), "is encrypted"),
    "cut zip": ("a.zip", lambda: cut(archive(**{"3/x.png": png(IMAGES[0])})), "damaged or cannot be unpacked"),
    "empty zip": ("a.zip", lambda: archive(), "no file of pictures"),
    "zip of folders by letter": ("a.zip", lambda: archive(**{"d/B/x.png": png(IMAGES[0])}), "one is called 'B'"),
    "another kind": ("weights.h5", lambda: b"\x89HDF\r\n", "of no kind that is read here"),
}  # fmt: skip


def header(shape: tuple[int, ...] | str) -> bytes:
    """The rest of an npy file's header, for a shape that the file does not hold."""
    described = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return struct.pack("<H", len(described)) + described.encode()


def lzma_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("3/x.png", png(IMAGES[0]))
    content = bytearray(packed.getvalue())
    content[60:160] = bytes(100)
    return bytes(content)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_gets_a_sentence_that_names_it(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.files.zipped.MOST_BYTES", 1_000_000)
    monkeypatch.setattr("core.data.files.batch.MOST_BYTES", 10**6 if "Parquet" in case else 10**9)
    name, content, sentence = BROKEN[case]
    (tmp_path / name).write_bytes(content())
    with pytest.raises(FileError, match=sentence) as told:
        list(batches(tmp_path / name))
    assert str(told.value).startswith(name.removesuffix(".zip"))
    assert "\n" not in str(told.value)
    assert {path.name for path in tmp_path.iterdir()} <= {name, "home"}


def test_a_folder_passes_over_what_is_no_data_and_tells_what_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("About this data.")
    (tmp_path / "labels.npy").write_bytes(b"cut")
    with pytest.raises(FileError, match=r"labels\.npy is damaged"):
        list(batches(tmp_path))
    (tmp_path / "labels.npy").unlink()
    with pytest.raises(FileError, match="holds no file of pictures that is read here; take CSV"):
        list(batches(tmp_path))


def test_nothing_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.csv cannot be read: No such file"):
        list(batches(tmp_path / "none.csv"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files.")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "train.csv")
    with pytest.raises(FileError, match=r"train\.csv is not a file"):
        list(batches(tmp_path / "train.csv"))
    with pytest.raises(FileError, match="holds no file of pictures"):
        list(batches(tmp_path))


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="Only Linux shows its processes as files.")
def test_the_files_that_a_system_shows_as_its_own_are_not_read() -> None:
    with pytest.raises(FileError, match=r"holds no file of pictures"):
        list(batches(Path("/proc/sys/vm")))


def test_a_file_that_may_not_be_looked_at_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "train.csv").write_text("1,2")
    monkeypatch.setattr(Path, "stat", forbidden)
    with pytest.raises(FileError, match=r"train\.csv cannot be read: Permission denied"):
        files_below(tmp_path)


def test_an_archive_without_a_name_of_its_own_is_unpacked(tmp_path: Path) -> None:
    """The stem of `...zip` is `..`, the folder above the one that it is unpacked into."""
    (tmp_path / "...zip").write_bytes(archive(**{"3/x.png": png(IMAGES[0])}))
    (batch,) = batches(tmp_path / "...zip")
    assert batch.labels is not None and batch.labels.tolist() == [3]


def test_a_picture_that_a_dictionary_holds_once_is_not_unpacked_for_every_row(tmp_path: Path) -> None:
    """40 pictures of 20 MB that are one and the same: 20 MB in the file, 800 MB in a table."""
    large = b"\x89PNG\r\n\x1a\n" + bytes(20_000_000)
    file = tmp_path / "a.parquet"
    frame = pd.DataFrame({"image": [large] * 40, "label": [1] * 40})
    frame.to_parquet(file, dictionary_pagesize_limit=10**8)
    rows = [len(batch) for batch in batches(file)]
    assert sum(rows) == 40 and max(rows) <= 10
