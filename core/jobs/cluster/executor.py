"""Runs jobs in Dask worker processes: submit, watch, cancel. It knows nothing of models, runs or studies.

An owner's k-th unfinished job has turn k, and Dask priority -k, so twenty people take turns however many jobs one of
them has asked for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from core.errors import ClusterError, DigitLabError, RegistryError
from core.jobs.cluster.connection import Connection
from core.jobs.cluster.execution import JobOutcome
from core.jobs.cluster.job import Job, Resource, dotted_name
from core.jobs.cluster.sent import SentJobs
from core.jobs.cluster.table import WorkerRow, worker_rows
from core.jobs.cluster.versions import versions_everywhere
from core.ledger.current import ledger
from core.ledger.states import State
from core.settings import settings

if TYPE_CHECKING:
    from core.ledger.store import Kind, Record

AGAIN_SECONDS = 5.0
"""Until a job is sent again that could not be sent for want of the ledger, which waits for half a minute itself."""

logger = logging.getLogger(__name__)


class Executor:
    """Runs jobs in worker processes. Thread-safe; one a process. Nothing is started before the first job.

    Parameters
    ----------
    trials : int, optional
        How many trials the embedded cluster runs at once; one a core if not given.
    """

    def __init__(self, trials: int | None = None) -> None:
        self._connection = Connection(trials)
        self._sent = SentJobs(self._connection)
        self._lock = threading.Lock()

    def __enter__(self) -> Executor:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def notice(self) -> str:
        """What has happened to the workers that people should know; empty when nothing has."""
        return self._connection.notice

    def submit(
        self,
        job_id: str,
        function: str | Callable[..., Any],
        *args: Any,
        owner: str,
        resource: Resource = "training",
        title: str = "",
        kind: Kind = "question",
        retries: int = 0,
    ) -> None:
        """Queue a job; it starts when its turn has come and a worker is free.

        Parameters
        ----------
        job_id : str
            Names the job from now on.
        function : str or callable
            "package.module:name", or a function at the top level of a module. It runs in a thread of a worker process;
            arguments and result are pickled, so they should be plain data.
        owner : str
            Owners take turns: each one's k-th unfinished job comes after everybody's (k-1)-th.
        resource : str
            "training" uses all cores of a machine, "trial" one thread.
        title : str
            What it does, in a few words, for the table of the workers and for the word when it has ended.
        retries : int
            How many times it is queued again after the death of its worker.

        Raises
        ------
        InputError
            A job of that id has not ended yet.
        ClusterError
            No worker can be started or reached.
        """
        self._connection.client()
        self.enter(job_id, kind, owner=owner, resource=resource, title=title, retries=retries)
        try:
            self.send(job_id, function, *args)
        except DigitLabError as error:
            with suppress(RegistryError):
                ledger().end(job_id, State.FAILED, str(error))
            raise

    def submit_later(
        self, job_id: str, function: str, *args: Any, owner: str, resource: Resource, title: str, kind: Kind
    ) -> None:
        """Queue a job like `submit`, but return at once: starting the first worker takes a second or two.

        A cluster that cannot be reached fails the job, as the ledger says.
        """
        self.enter(job_id, kind, owner=owner, resource=resource, title=title, retries=0)
        threading.Thread(target=self.try_to_send, args=(job_id, function, *args), daemon=True).start()

    def try_to_send(self, job_id: str, function: str, *args: Any) -> bool:
        """Send a queued job, waiting for as long as the ledger cannot be used.

        Returns
        -------
        bool
            False where no worker can be started or reached, which ends the job as failed.
        """
        while True:
            try:
                return self._send_or_fail(job_id, function, *args)
            except RegistryError as error:
                logger.warning("Job %s could not be sent yet: %s", job_id[:40], error)
            if self._sent.closed.wait(AGAIN_SECONDS):
                return True

    def _send_or_fail(self, job_id: str, function: str, *args: Any) -> bool:
        try:
            self.send(job_id, function, *args)
        except ClusterError as error:
            reason = str(error)
        except RegistryError:
            raise
        except Exception as error:  # the edge of a thread: the job would wait for ever
            logger.exception("Job %s could not be sent", job_id[:40])
            reason = f"It could not be sent to a worker ({type(error).__name__}); the server's log has the details."
        else:
            return True
        return not ledger().end(job_id, State.FAILED, reason)

    def enter(self, job_id: str, kind: Kind, *, owner: str, resource: Resource, title: str, retries: int) -> Record:
        """Queue a job in the ledger, for `send` to hand to the workers; starts none."""
        with self._lock:
            turn = 1 + self._sent.unfinished(owner)
            entered = ledger().add(job_id, kind, owner, title=title, retries=retries, resource=resource, turn=turn)
        self._sent.look_after()
        return entered

    def send(self, job_id: str, function: str | Callable[..., Any], *args: Any) -> None:
        """Hand a job that this process holds in the ledger to the workers; raises ClusterError or RegistryError."""
        record = ledger().record(job_id)
        if record is None or record.state is not State.QUEUED:
            return
        self._connection.client()
        resource: Resource = "trial" if record.resource == "trial" else "training"
        self._sent.send(Job(job_id, record.owner, resource, record.turn, dotted_name(function), args))
        self._sent.look_after()

    def state(self, job_id: str) -> State | None:
        """Return how far a job is; None for one that the ledger does not know."""
        record = ledger().record(job_id)
        return record.state if record else None

    def outcome(self, job_id: str, timeout: float | None = 0) -> JobOutcome | None:
        """Return how a job of this process ended, waiting up to `timeout` seconds (None: for ever); None before that.

        Raises
        ------
        KeyError
            This process has not submitted such a job, or has forgotten it.
        """
        job = self._sent[job_id]
        job.ended.wait(timeout)
        return job.outcome

    def waiting(self, resource: Resource = "training") -> list[str]:
        """Return the ids of all jobs that wait for a resource, the next one first; starts nothing."""
        return ledger().waiting(resource, own=settings().scheduler_address is None)

    def position(self, job_id: str) -> int | None:
        """Return the job's place in the queue, 1 for the next to start; None when it does not wait."""
        job = self._sent.get(job_id)
        waiting = self.waiting(job.resource) if job else []
        return waiting.index(job_id) + 1 if job_id in waiting else None

    def cancel(self, job_id: str) -> bool:
        """End a job: take it out of the queue, or kill and replace the one worker process that runs it.

        Returns when the worker's memory has been given back. False when the job had ended already.
        """
        if not ledger().end(job_id, State.CANCELLED, "Cancelled."):
            return False
        self.kill(job_id)
        return True

    def kill(self, job_id: str) -> None:
        """Free the worker of a job that the ledger has as cancelled."""
        job, record = self._sent.get(job_id), ledger().record(job_id)
        client, cancelled = self._connection.current(), JobOutcome(State.CANCELLED, reason="Cancelled.")
        if job is not None:
            self._sent.withdraw(job, cancelled)
        if (
            client is not None
            and record is not None
            and record.worker in client.scheduler_info(n_workers=-1)["workers"]
        ):
            client.restart_workers([record.worker], timeout=30, raise_for_error=False)
        if job is not None:
            self._sent.end(job, cancelled)

    def cluster_table(self) -> list[WorkerRow]:
        """Return one row a worker; none while the embedded cluster has not been started, which this does not do."""
        client = self._connection.client() if settings().scheduler_address else self._connection.current()
        if client is None:
            return []
        return worker_rows(client.scheduler_info(n_workers=-1), ledger().records(active=True))

    def versions(self) -> dict[str, dict[str, str]]:
        """Return the versions of Python, Dask and Digit Lab in the scheduler and in each worker."""
        return versions_everywhere(self._connection.client())

    def forget(self, job_id: str) -> None:
        """Drop what is remembered of a job that has ended, result included."""
        self._sent.forget(job_id)
        ledger().settle(job_id)

    def close(self) -> None:
        """End all jobs and, when the cluster is ours, all workers."""
        self._sent.closed.set()
        self._connection.close()
