"""The registry's runs as a page needs them: at once, a moment old at most, never waited for twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from core.errors import RegistryError
from core.runs import registry
from core.runs.database import sqlite_file
from core.runs.run import Run
from core.settings import settings

FRESH_SECONDS = 1.5
FIRST_PAGE_SECONDS = 2.0
RESTING_SECONDS = 3.0
"""A file written more recently may be written again under the same time, as some systems count in two seconds."""

Written = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of files."""


def written() -> Written | None:
    """Return when the files of registry and ledger were written; None where they are on a server, or just have been."""
    files = [sqlite_file(settings().tracking_uri), sqlite_file(settings().ledger_url)]
    found: list[tuple[str, int, int]] = []
    for file in files:
        if file is None:
            return None
        for path in (file, file.with_name(f"{file.name}-wal")):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found.append((str(path), stat.st_mtime_ns, stat.st_size))
    newest = max((changed for _, changed, _ in found), default=0)
    return tuple(found) if abs(time.time() - newest / 1e9) > RESTING_SECONDS else None


class RunWatcher:
    """Keeps the last list of runs and reads it anew in a thread when somebody asks for an old one.

    Parameters
    ----------
    read : callable
        Returns every run, the newest first; the registry's by default.
    written : callable
        Returns when and how the databases behind `read` were written last; None where that is not known.
    patience : float
        Seconds before the first reading: opening the registry loads much code, and the first page comes first.
    """

    def __init__(
        self,
        read: Callable[[], list[Run]] = registry.all_runs,
        patience: float = FIRST_PAGE_SECONDS,
        written: Callable[[], Written | None] = written,
    ) -> None:
        self._read = read
        self._patience = patience
        self._written = written
        self._known: Written | None = None
        self._asked = False
        self._runs: list[Run] | None = None
        self.error: RegistryError | None = None
        self._read_at = 0.0
        self._reading = threading.Lock()

    def runs(self) -> list[Run] | None:
        """Return the last known runs; None while the registry has not been opened yet.

        Where the registry could not be read the last time, `error` says why and the runs are those known before.
        """
        if not self._asked:
            self._asked = True
            first = threading.Timer(self._patience, self._refresh_if_idle)
            first.daemon = True
            first.start()
        elif self._read_at and time.monotonic() - self._read_at > FRESH_SECONDS:
            threading.Thread(target=self._refresh_if_idle, name="read-runs", daemon=True).start()
        return self._runs

    @property
    def opening(self) -> bool:
        """Whether the registry is being opened for the first time, so that its runs will come in a moment."""
        return self._runs is None and self.error is None

    def refresh(self) -> list[Run]:
        """Read now and wait for it, such as after one's own change; raises RegistryError."""
        self._asked = True
        with self._reading:
            self._refresh()
        if self.error:
            raise self.error
        return self._runs or []

    def _refresh_if_idle(self) -> None:
        if self._reading.acquire(blocking=False):
            try:
                if self._known is None or self._written() != self._known:
                    self._refresh()
                self._read_at = time.monotonic()
            finally:
                self._reading.release()

    def _refresh(self) -> None:
        before, self._known = self._written(), None
        try:
            self._runs, self.error = self._read(), None
            self._known = before
        except RegistryError as error:
            self.error = error
        finally:  # a fault in the thread must not be the last attempt
            self._read_at = time.monotonic()
