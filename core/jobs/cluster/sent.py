"""The jobs that this process has sent to workers: how each ends, and what becomes of those whose worker dies."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from core.errors import ClusterError, RegistryError
from core.jobs.cluster.connection import Connection
from core.jobs.cluster.execution import JobOutcome, execute
from core.jobs.cluster.job import LOST_WITH_WORKER, TAKEN, Job, read_outcome
from core.ledger.current import ledger
from core.ledger.lease import RENEW_SECONDS
from core.ledger.states import State
from core.settings import settings

if TYPE_CHECKING:
    from distributed import Future

    from core.ledger.store import Record

LOOK_SECONDS = 1.0

logger = logging.getLogger(__name__)


class SentJobs:
    """Remembers jobs until they are forgotten, and looks after them in a thread. Thread-safe.

    Parameters
    ----------
    connection : Connection
        The way to the workers.
    """

    def __init__(self, connection: Connection) -> None:
        self.closed = threading.Event()
        self._connection = connection
        self._jobs: dict[str, Job] = {}
        self._lock = threading.RLock()
        self._keeper: threading.Thread | None = None

    def __getitem__(self, job_id: str) -> Job:
        return self._jobs[job_id]

    def get(self, job_id: str) -> Job | None:
        """Return a job; None where this process has not sent it, or has forgotten it."""
        return self._jobs.get(job_id)

    def unfinished(self, owner: str) -> int:
        """Return how many of an owner's jobs have not ended."""
        with self._lock:
            return sum(job.owner == owner and not job.ended.is_set() for job in self._jobs.values())

    def look_after(self) -> None:
        """Begin to renew what waits in the ledger and to follow what was sent, in the background."""
        with self._lock:
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="jobs", daemon=True)
                self._keeper.start()

    def send(self, job: Job) -> None:
        """Hand a job to the workers; raises ClusterError."""
        with self._lock:
            self._jobs[job.job_id] = job
            try:
                self._send(job)
            except BaseException:
                del self._jobs[job.job_id]
                raise

    def _send(self, job: Job) -> None:
        job.lost = False
        job.client = self._connection.client()
        url = settings().ledger_url
        job.future = job.client.submit(
            execute, url if url.startswith("sqlite:") else None, job.job_id, job.function, job.args,
            key=f"digitlab-{job.job_id}-{uuid.uuid4().hex[:8]}", priority=-job.turn, resources={job.resource: 1},
            fifo_timeout=0, pure=False,
        )  # fmt: skip
        job.future.add_done_callback(lambda future: self._settle(job, future))

    def _settle(self, job: Job, future: Future[Any]) -> None:
        """Take the end of a job; what the ledger or the worker cannot be asked now is asked again by `_follow`."""
        if job.future is None or job.future.key != future.key or self.closed.is_set():
            return
        try:
            outcome = read_outcome(future)
            if outcome is None:
                self._after_death(job)
                return
            if outcome.state is State.FAILED:  # before its function was reached: the ledger has not heard of it
                ledger().end(job.job_id, State.FAILED, outcome.reason)
            self.end(job, outcome)
        except (ClusterError, RegistryError, OSError) as error:
            logger.warning("The end of job %s could not be written yet: %s", job.job_id[:40], error)
            job.lost = True

    def _after_death(self, job: Job) -> None:
        """Send a job again whose worker or cluster is gone, where it may be queued again; else end it.

        A worker that has lost its scheduler takes a moment to die: until the ledger knows, it is looked at again.
        """
        jobs, record = ledger(), ledger().record(job.job_id)
        gone = record is not None and record.state is State.RUNNING and self._worker_gone(record)
        if record is not None and gone:
            jobs.give_up(record, LOST_WITH_WORKER, for_good=True)
            record = jobs.record(job.job_id)
        if record is None:
            self.end(job, JobOutcome(State.INTERRUPTED, reason=TAKEN))
        elif record.state is State.RUNNING and (gone or job.client is not self._connection.current()):
            job.lost = True
        elif record.state not in (State.QUEUED, State.RUNNING):
            self.end(job, JobOutcome(record.state, reason=record.reason))
        elif record.state is State.QUEUED and (record.holder == jobs.holder or jobs.take(job.job_id)):
            with self._lock:
                self._send(job)
        else:
            self.end(job, JobOutcome(State.INTERRUPTED, reason=TAKEN))

    def _worker_gone(self, record: Record) -> bool:
        """Whether the worker that runs a job has died, as its machine or its scheduler says."""
        client = self._connection.current()
        known = client is not None and record.worker in client.scheduler_info(n_workers=-1)["workers"]
        return ledger().surely_gone(record) or (client is not None and not known)

    def end(self, job: Job, outcome: JobOutcome) -> None:
        """Note how a job has ended, unless that is known already, and let go of what it held."""
        with self._lock:
            job.outcome = job.outcome or outcome
            future, job.future, job.args = job.future, None, ()
        if future is not None:
            future.release()
        job.ended.set()

    def withdraw(self, job: Job, outcome: JobOutcome) -> None:
        """Take a job that was ended by somebody back from the workers; `end` follows."""
        with self._lock:
            future, job.outcome = job.future, job.outcome or outcome
        if future is not None and job.client is self._connection.current():
            future.cancel(force=True)

    def forget(self, job_id: str) -> None:
        """Drop what is remembered of a job that has ended, result included."""
        with self._lock:
            if (job := self._jobs.get(job_id)) is not None and job.ended.is_set():
                del self._jobs[job_id]

    def _keep(self) -> None:
        renewed = time.monotonic()
        while not self.closed.wait(LOOK_SECONDS):
            try:
                if time.monotonic() - renewed >= RENEW_SECONDS:
                    ledger().renew_queued()
                    renewed = time.monotonic()
                self._follow()
            except (ClusterError, RegistryError) as error:
                logger.warning("Jobs could not be looked after: %s", error)

    def _follow(self) -> None:
        """Look after the jobs whose scheduler or sidecar has gone, and those whose end could not be written."""
        current = self._connection.current()
        for job in [job for job in list(self._jobs.values()) if not job.ended.is_set()]:
            if job.client is not current:
                self._after_death(job)
            elif job.lost and job.future is not None:
                job.lost = False
                self._settle(job, job.future)
