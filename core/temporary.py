"""Temporary folders that carry the name of their process, so that those of killed processes are swept."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.process import born, machine
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
    prefix = f"{_here()}-{os.getpid()}-{born(os.getpid())}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=root, ignore_cleanup_errors=True) as name:
        yield Path(name)


def sweep(root: Path) -> None:
    """Delete the folders below `root` whose process, on this machine since it was started, has ended."""
    for folder in root.glob(f"{_here()}-*"):
        pid, start = folder.name.removeprefix(f"{_here()}-").split("-")[:2]
        if pid.isdecimal() and born(int(pid)) != start:
            shutil.rmtree(folder, ignore_errors=True)


def _here() -> str:
    return re.sub(r"\W", "_", machine())
