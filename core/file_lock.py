"""Locks on files, which are refused at once where no file can be made."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock


def file_lock(path: Path, seconds: float = -1) -> FileLock:
    """Return the lock of a file; taking it waits `seconds`, or for ever if negative.

    Raises
    ------
    OSError
        The file cannot be written. The lock itself would try again until its time is up where the folder takes no new
        file, such as /proc.
    """
    path.open("a").close()
    return FileLock(path, timeout=seconds)
