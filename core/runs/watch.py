"""The registry's runs as a page needs them: at once, a moment old at most, never waited for twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from core.errors import RegistryError
from core.runs import registry
from core.runs.run import Run

FRESH_SECONDS = 1.5
FIRST_PAGE_SECONDS = 2.0


class RunWatcher:
    """Keeps the last list of runs and reads it anew in a thread when somebody asks for an old one.

    Parameters
    ----------
    read : callable
        Returns every run, the newest first; the registry's by default.
    patience : float
        Seconds before the first reading: opening the registry loads much code, and the first page comes first.
    """

    def __init__(self, read: Callable[[], list[Run]] = registry.all_runs, patience: float = FIRST_PAGE_SECONDS) -> None:
        self._read = read
        self._patience = patience
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
                self._refresh()
            finally:
                self._reading.release()

    def _refresh(self) -> None:
        try:
            self._runs, self.error = self._read(), None
        except RegistryError as error:
            self.error = error
        finally:  # a fault in the thread must not be the last attempt
            self._read_at = time.monotonic()
