"""What goes wrong with a database, as one sentence that names it and the way out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.errors import RegistryError

T = TypeVar("T")

LOCKED = "database is locked"
"""What SQLite says when it has waited for another program in vain."""

ATTEMPTS = 5
"""At a write to a locked database; each waits for 20 s (MLflow) or half a minute, so that a minute is outlasted."""

PASSWORD = re.compile(r"(://[^:/@\s]*:)\S+@|(\bpass(?:word|file)?=)[^&\s]+", re.IGNORECASE)

ROOM = 1 << 20
UNWRITABLE = ("Read-only file system", "readonly database", "unable to open database file", "Permission denied")


def retry_if_locked(write: Callable[[], T]) -> T:
    """Write to a database, again where another program keeps it locked.

    Parameters
    ----------
    write : callable
        Raises RegistryError from the database's own error; may be called several times.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return write()
        except RegistryError as error:
            if LOCKED not in str(error.__cause__):
                raise
    return write()


def without_password(text: str) -> str:
    """Return text in which no address shows its password: `postgresql://me:***@host/runs`, `...?password=***`."""
    return PASSWORD.sub(lambda found: f"{found[1]}***@" if found[1] else f"{found[2]}***", text)


def is_full(place: Path) -> bool:
    """Return whether a disk has no room for SQLite's shared memory, of which SQLite only says "disk I/O error"."""
    try:
        return shutil.disk_usage(place).free < ROOM
    except OSError:
        return False


def sentence_of(text: str, what: str, home: Path) -> str:
    """Return the sentence for a database's own words.

    Parameters
    ----------
    text : str
        What the database said.
    what : str
        Which database it is, such as "The run registry sqlite:///...", as the beginning of a sentence.
    home : Path
        The folder that Digit Lab writes to.
    """
    text, what = without_password(text), without_password(what)
    if "No space left" in text or "disk is full" in text or ("disk I/O error" in text and is_full(home)):
        return f"The disk that holds {home} is full; free some space and try again."
    if LOCKED in text:
        return f"{what} is locked by another program; try again in a moment."
    if "No locks available" in text or "locking protocol" in text:
        return f"{home} is on a file system without file locks; set DIGITLAB_HOME to a folder on a local disk."
    if any(words in text for words in UNWRITABLE):
        return f"{home} cannot be written to ({text}); set DIGITLAB_HOME to a folder that you may write to."
    if any(words in text for words in ("malformed", "not a database", "no such table", "file is encrypted")):
        return (
            f"{what} is damaged; move the file away (with those ending in -wal and -shm beside it) to begin a new one, "
            "or restore a backup, then restart Digit Lab."
        )
    return f"{what} cannot be used: {text}."
