"""The files that judge how pictures and drawings are read, which are no part of the project."""

from __future__ import annotations

from pathlib import Path

from core.errors import InputError
from core.settings import settings


def data_file(name: str) -> Path:
    """Return where a file or folder of `DIGITLAB_DATA_DIR` is.

    Raises
    ------
    InputError
        If it is not there.
    """
    folder = settings().data_dir
    if folder is None or not (folder / name).exists():
        raise InputError(f"This benchmark needs {name}: set DIGITLAB_DATA_DIR to a folder that holds it.")
    return folder / name
