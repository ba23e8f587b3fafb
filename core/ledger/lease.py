"""The right to work on a job, renewed in a thread for as long as the work lasts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self

from core.database_faults import retry_if_locked
from core.errors import GivenUpError, RegistryError
from core.ledger.states import State

if TYPE_CHECKING:
    from core.ledger.ledger import Ledger
    from core.ledger.store import Record

RENEW_SECONDS = 12.0
LOST = "Another process has taken this job, or it was ended, while this one could not renew its lease."

logger = logging.getLogger(__name__)
_held: ContextVar[Lease | None] = ContextVar("lease", default=None)


class Lease:
    """One process's hold on one job, for the length of a `with` block.

    Parameters
    ----------
    ledger : Ledger
    job_id : str
    holder : str
        What the ledger knows this lease by.
    """

    def __init__(self, ledger: Ledger, job_id: str, holder: str) -> None:
        self.job_id = job_id
        self._ledger, self._holder = ledger, holder
        self._ended = threading.Event()
        self._pending: Callable[[], object] | None = None
        self._thread = threading.Thread(target=self._keep, name=f"lease-{job_id[:8]}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._pending is None:
            self._ended.set()
            self._thread.join(timeout=30)

    def check(self) -> None:
        """Renew the lease, again where the ledger is locked.

        Raises
        ------
        GivenUpError
            Another process holds the job now, or it has ended.
        """
        if not retry_if_locked(lambda: self._ledger.renew(self.job_id, self._holder)):
            raise GivenUpError(LOST)

    def report(self, **progress: Any) -> None:
        """Store how far the job is; raises GivenUpError like `check`."""
        if not self._ledger.report(self.job_id, self._holder, progress):
            self.check()

    def end(self, state: State, reason: str = "") -> bool:
        """Bring the job to its end, again where the ledger is locked; False where it is not this process's any more."""
        return retry_if_locked(lambda: self._end(state, reason))

    def _end(self, state: State, reason: str) -> bool:
        if self._ledger.end(self.job_id, state, reason, holder=self._holder):
            return True
        taken_back = self._ledger.renew(self.job_id, self._holder)
        return taken_back and self._ledger.end(self.job_id, state, reason, holder=self._holder)

    def end_or_later(self, state: State, reason: str = "") -> bool:
        """Bring the job to its end like `end`; where the ledger cannot be written now, go on trying behind the scenes.

        The job would otherwise be held for as long as this process lives, such as a worker that goes on to others.
        """
        try:
            return self._end(state, reason)
        except RegistryError as error:
            self._later(lambda: self._end(state, reason), error)
            return True

    def release(self) -> None:
        """Leave the job to another process; where the ledger cannot be written now, as soon as it can."""
        try:
            self._ledger.release(self.job_id, self._holder)
        except RegistryError as error:
            self._later(lambda: self._ledger.release(self.job_id, self._holder), error)

    def _later(self, write: Callable[[], object], error: RegistryError) -> None:
        logger.warning("The end of job %s could not be written yet: %s", self.job_id[:40], error)
        self._pending = write

    def record(self) -> Record | None:
        """Return the job as the ledger has it now."""
        return self._ledger.record(self.job_id)

    def _keep(self) -> None:
        while not self._ended.wait(RENEW_SECONDS):
            try:
                if self._pending is not None:
                    self._pending()
                    return
                if not self._ledger.renew(self.job_id, self._holder):
                    return
            except RegistryError as error:
                logger.warning("The lease of job %s could not be renewed: %s", self.job_id[:40], error)


def current_lease() -> Lease | None:
    """Return the lease under which this thread works, where a worker runs a job in it."""
    return _held.get()


@contextmanager
def working_under(lease: Lease) -> Iterator[Lease]:
    """Renew a lease, and let the code of the block find it."""
    mark = _held.set(lease)
    try:
        with lease:
            yield lease
    finally:
        _held.reset(mark)
