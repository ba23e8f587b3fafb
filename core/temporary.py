"""Temporary folders that carry the name of their process, so that those of killed processes are swept."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from core.settings import settings


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give an empty folder below the cache, and delete it with all it holds when the block ends.

    What processes of this machine left that were killed is deleted first.

    Raises
    ------
    OSError
        The folder cannot be made.
    """
    root = settings().cache / "temporary"
    root.mkdir(parents=True, exist_ok=True)
    sweep(root)
    with tempfile.TemporaryDirectory(prefix=f"{_mark(os.getpid())}-", dir=root, ignore_cleanup_errors=True) as name:
        yield Path(name)


def sweep(root: Path) -> None:
    """Delete the folders below `root` whose process, on this machine, has ended."""
    for folder in root.glob(f"{_host()}-*"):
        number = folder.name.removeprefix(f"{_host()}-").partition("-")[0]
        if number.isdecimal() and not folder.name.startswith(f"{_mark(int(number))}-"):
            shutil.rmtree(folder, ignore_errors=True)


def _mark(pid: int) -> str:
    """Return host, number and start of a process, as numbers are given out again; the host alone where it has ended."""
    with suppress(psutil.NoSuchProcess):
        return f"{_host()}-{pid}-{int(psutil.Process(pid).create_time())}"
    return _host() + "-ended"


def _host() -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in socket.gethostname())
