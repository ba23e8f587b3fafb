"""Files that appear whole or not at all, however many processes write them and whatever goes wrong."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole_file(path: Path, *, mode: int = 0o777) -> Iterator[Path]:
    """Give a place in the same folder to write to, which takes the place of `path` when the block ends well.

    Makes the folder, with `mode`, where there is none; what was written before an error is taken away.

    Raises
    ------
    OSError
        The folder cannot be made, or the file not be written or put in its place.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=mode)
    staging = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        yield staging
        staging.replace(path)
    except BaseException:
        with suppress(OSError):
            staging.unlink(missing_ok=True)
        raise
