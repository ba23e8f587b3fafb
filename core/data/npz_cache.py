"""Arrays kept in a folder of npz files, bounded in number and bytes; what was used least recently goes first."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.damage import DAMAGE
from core.data.whole_file import whole_file
from core.settings import settings


@dataclass(frozen=True)
class NpzCache:
    """One folder of the cache.

    Attributes
    ----------
    folder : str
        Its name below `settings().cache`.
    most_files, most_bytes : int
        How much is kept.
    """

    folder: str
    most_files: int = sys.maxsize
    most_bytes: int = sys.maxsize

    def path(self, key: str) -> Path:
        """Return where the arrays of a key are kept."""
        return settings().cache / self.folder / f"{key}.npz"

    def read(self, key: str) -> dict[str, np.ndarray] | None:
        """Read the arrays of a key by name; None where there are none, or where they cannot be read any more."""
        path = self.path(key)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            os.utime(path)
        except DAMAGE:
            return None
        return arrays

    def write(self, key: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep arrays under a key, whole or not at all; raises OSError where they cannot be written."""
        path = self.path(key)
        with whole_file(path) as staging, staging.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        self._forget_oldest(path.parent)

    def _forget_oldest(self, folder: Path) -> None:
        files = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
        totals = itertools.accumulate(file.stat().st_size for file in files)
        for place, (file, total) in enumerate(zip(files, totals, strict=True)):
            if place >= self.most_files or total > self.most_bytes:
                file.unlink(missing_ok=True)
