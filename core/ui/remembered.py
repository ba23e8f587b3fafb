"""Small things kept for one owner below `DIGITLAB_HOME`: pinned views, first steps that are done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.data.own_digits import folder_of
from core.data.whole_file import whole_file
from core.errors import DataError, NotAllowedError, ReadOnlyError
from core.settings import settings


def recall(owner: str, name: str) -> Any:
    """Return what was kept under a name, as JSON has it; None where there is nothing, or nothing that can be read."""
    if not owner:
        return None
    try:
        return json.loads(_path(owner, name).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def remember(owner: str, name: str, value: Any) -> None:
    """Keep a value that JSON can hold; the file appears whole or not at all.

    Raises
    ------
    ReadOnlyError
        Nothing may be changed here.
    DataError
        The file cannot be written.
    """
    if not owner:
        raise NotAllowedError("Log in to store this: nothing is stored for visitors who are not logged in.")
    if settings().readonly:
        raise ReadOnlyError("Digit Lab is in read-only mode; nothing can be stored.")
    path = _path(owner, name)
    try:
        with whole_file(path, mode=0o700) as staging:
            staging.write_text(json.dumps(value), "utf-8")
    except OSError as error:
        raise DataError(f"{path.name} could not be stored: {error.strerror or error}.") from error


def _path(owner: str, name: str) -> Path:
    return settings().home / "remembered" / folder_of(owner).name / f"{name}.json"
