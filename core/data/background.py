"""A download in the background, so that pages stay usable while MNIST arrives."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from core.data.download import TIMEOUT_SECONDS, download
from core.data.mirrors import MIRRORS, Mirror
from core.errors import DigitLabError


class _CancelledError(Exception):
    """Carries a cancel out of the middle of a download."""


class Download:
    """A download in the background, to be looked at from a page.

    Attributes
    ----------
    done, total : int
        Bytes; total is 0 until the first mirror is asked.
    error : str or None
        Why it failed, as a sentence.
    cancelled : bool
    """

    def __init__(self, mirrors: Sequence[Mirror] = MIRRORS, *, timeout: tuple[float, float] = TIMEOUT_SECONDS) -> None:
        self.done = 0
        self.total = 0
        self.error: str | None = None
        self.cancelled = False
        self._mirrors = mirrors
        self._timeout = timeout
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mnist-download", daemon=True)
        self._thread.start()

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen: fetched, failed or cancelled."""
        return not self._thread.is_alive()

    @property
    def fraction(self) -> float:
        """Share fetched, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    def cancel(self) -> None:
        """Stop at the next bytes; nothing is left behind."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is finished, or for so many seconds; say whether it is finished."""
        self._thread.join(seconds)
        return self.finished

    def _run(self) -> None:
        try:
            download(self._report, self._mirrors, timeout=self._timeout)
        except _CancelledError:
            self.cancelled = True
        except DigitLabError as error:
            self.error = str(error)

    def _report(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _CancelledError
        self.done, self.total = done, total


_current: Download | None = None
_current_lock = threading.Lock()


def start_download(mirrors: Sequence[Mirror] = MIRRORS) -> Download:
    """Start fetching in the background, or give the download of this process that is already under way."""
    global _current
    with _current_lock:
        if _current is None or _current.finished:
            _current = Download(mirrors)
        return _current
