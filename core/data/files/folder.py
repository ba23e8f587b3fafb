"""Folders: pictures in a folder for each digit, a table of picture files, or files of any other kind together."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.data.files.batch import MOST_IMAGES, Batch, check_count
from core.data.files.delimited import listed_pictures
from core.data.files.small_picture import as_small_pictures
from core.data.files.values import labels_of
from core.errors import FileError

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp")
DIGIT = re.compile(r"\D*(\d)")
ROWS = 500
MOST_BYTES = 10_000_000
"""Bytes of one image file; the reading of pictures has the same limit."""


def files_below(folder: Path) -> list[Path]:
    """Return all files below a folder, in the order of their names; hidden ones and those of macOS are left out.

    So are pipes and devices, and the files of no bytes that a system shows as its own, as their reading may never end.

    Raises
    ------
    FileError
        There are too many, or one may not be looked at.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        paths = (Path(place) / name for name in sorted(names) if not name.startswith("."))
        found += [path for path in paths if _has_bytes(path)]
        if len(found) > 2 * MOST_IMAGES:
            raise FileError(f"{folder.name} holds more than {2 * MOST_IMAGES:,} files; take a part of it.")
    return found


def _has_bytes(path: Path) -> bool:
    try:
        known = path.stat()
    except FileNotFoundError:  # a link to what is gone
        return False
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None
    return stat.S_ISREG(known.st_mode) and known.st_size > 0


def read_pictures(paths: Sequence[Path], folder: Path, tables: Sequence[Path] = ()) -> Iterator[Batch]:
    """Give image files with the labels that a table or their folders' names give them.

    Parameters
    ----------
    tables : sequence of Path
        CSV files that may list pictures and labels, as `labels.csv` of an export does.
    """
    check_count(len(paths), folder.name)
    labels = _listed(paths, tables) or _by_folder(paths, folder)
    chosen = [path for path in paths if not labels or path in labels]
    for start in range(0, len(chosen), ROWS):
        part = chosen[start : start + ROWS]
        values = labels_of(np.array([labels[path] for path in part], object), folder.name, start) if labels else None
        yield Batch(folder.name, "folder of pictures", as_small_pictures([_content(path) for path in part]), values)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileError(f"{path.name} has more than {MOST_BYTES // 1_000_000} MB; a picture can have up to that.")
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {error.strerror or error}.") from None


def _listed(paths: Sequence[Path], tables: Sequence[Path]) -> dict[Path, str]:
    labels: dict[Path, str] = {}
    for table in tables:
        listed = listed_pictures(table, table.name) or {}
        labels |= {path: listed[path.name] for path in paths if path.name in listed and path.parent == table.parent}
    return labels


def _by_folder(paths: Sequence[Path], folder: Path) -> dict[Path, str]:
    """Return labels by the nearest folder that is named after a digit; none where the pictures lie in one folder."""
    names = {path: _digit(path.parent.name) for path in paths if path.parent != folder}
    if not names:
        return {}
    wrong = next((path.parent.name for path, digit in names.items() if digit is None), None)
    if wrong is not None:
        raise FileError(f"{folder.name}: the folders must be named after the digits 0 to 9; one is called {wrong!r}.")
    return {path: digit for path, digit in names.items() if digit is not None}


def _digit(name: str) -> str | None:
    found = DIGIT.fullmatch(name)
    return found.group(1) if found else None
