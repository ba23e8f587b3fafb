"""Any file or folder to batches of pictures: what it is decides its content, and its name only where that is silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.damage import DAMAGE, reason
from core.data.files.arrays import read_npy, read_npz, stem
from core.data.files.batch import Batch, NoPicturesError
from core.data.files.delimited import read_csv
from core.data.files.folder import PICTURES, files_below, read_pictures
from core.data.files.idx import looks_like_idx, opened, read_idx
from core.data.files.parquet import read_parquet
from core.data.files.zipped import is_npz, unpacked
from core.errors import FileError

TEXT = (".csv", ".tsv", ".txt")
KINDS = "CSV, npz, npy, IDX, Parquet, a folder of pictures for each digit, or a zip of one"


def batches(path: Path) -> Iterator[Batch]:
    """Give the pictures of a file or a folder, batch by batch, with labels where it has them.

    Raises
    ------
    FileError
        There is nothing, it is of no kind that is read, or damaged; names the file.
    """
    if path.is_dir():
        yield from _folder(path)
        return
    kind = kind_of(path, path.name)
    if kind in ("npy", "idx"):
        wanted = {path.name}
        together = [(other, other.name) for other in _relatives(path, kind)]
        read = read_npy if kind == "npy" else read_idx
        yield from (batch for batch in read(together) if batch.source in wanted)
    else:
        yield from _file(path, kind, path.name)


def kind_of(path: Path, source: str) -> str:
    """Say what a file is: npz, npy, idx, parquet, zip, picture or csv; raises FileError for what is none of these."""
    if path.exists() and not path.is_file():  # a pipe or a device, whose reading may never end
        raise FileError(f"{source} is not a file; copy what it gives into one, and read that.")
    try:
        with opened(path) as file:
            head = file.read(16)
    except DAMAGE as error:
        raise FileError(f"{source} cannot be read: {reason(error)}.") from None
    if not head:
        raise FileError(f"{source} is empty.")
    if head.startswith(b"PK"):
        return "npz" if is_npz(path) else "zip"
    for start, kind in ((b"\x93NUMPY", "npy"), (b"PAR1", "parquet")):
        if head.startswith(start):
            return kind
    suffix = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if looks_like_idx(head) or "ubyte" in suffix:
        return "idx"
    if f".{suffix}" in PICTURES:
        return "picture"
    if suffix in ("npz", "npy", "parquet", "zip"):
        raise FileError(f"{source} is damaged: it does not begin as a file of its kind.")
    if f".{suffix}" in TEXT:
        return "csv"
    raise FileError(f"{source} is of no kind that is read here; take {KINDS}.")


def _file(path: Path, kind: str, source: str) -> Iterator[Batch]:
    if kind == "zip":
        with unpacked(path, source) as folder:
            yield from _folder(folder)
    elif kind == "picture":
        yield from read_pictures([path], path.parent)
    else:
        yield from {"npz": read_npz, "parquet": read_parquet, "csv": read_csv}[kind](path, source)


def _relatives(path: Path, kind: str) -> list[Path]:
    """Return the file and those beside it that could hold its labels."""
    ending = ".npy" if kind == "npy" else "ubyte"
    beside = [other for other in sorted(path.parent.iterdir()) if ending in other.name or "idx2-int" in other.name]
    return [path, *(other for other in beside if other != path and stem(other.name) == stem(path.name))]


def _folder(folder: Path) -> Iterator[Batch]:
    """Yield the files of a folder by kind: tables of pictures if there are any, else pictures."""
    kinds: dict[str, list[Path]] = {}
    for path in files_below(folder):
        kinds.setdefault(_kind_in_folder(path), []).append(path)
    tables = [path for kind in ("csv", "npz", "parquet") for path in kinds.get(kind, [])]
    given = False
    for batch in _together(folder, kinds, tables):
        given = True
        yield batch
    if not given:
        raise FileError(f"{folder.name} holds no file of pictures that is read here; take {KINDS}.")


def _together(folder: Path, kinds: dict[str, list[Path]], tables: Sequence[Path]) -> Iterator[Batch]:
    missed: list[NoPicturesError] = []
    given = False
    for path in tables:
        try:
            for batch in _file(path, _kind_in_folder(path), str(path.relative_to(folder))):
                given = True
                yield batch
        except NoPicturesError as error:  # a table of something else, such as Kaggle's sample_submission.csv
            missed.append(error)
    for kind, read in (("npy", read_npy), ("idx", read_idx)):
        if kind in kinds:
            given = True
            yield from read([(path, str(path.relative_to(folder))) for path in kinds[kind]])
    if not given and "picture" in kinds:
        yield from read_pictures(kinds["picture"], folder, kinds.get("csv", []))
    elif not given and missed:
        raise missed[0]


def _kind_in_folder(path: Path) -> str:
    try:
        return kind_of(path, path.name)
    except FileError:
        # A damaged file of a kind that is read is told; any other (a README) is passed over.
        suffix = path.name.lower().removesuffix(".gz").rpartition(".")[2]
        return suffix if suffix in ("csv", "npz", "npy", "parquet") and path.stat().st_size else ""
