"""Runs jobs in Dask worker processes: submit, watch, cancel. It knows nothing of models, runs or studies.

An owner's k-th unfinished job has turn k, and Dask priority -k, so twenty people take turns however many jobs one of
them has asked for.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.errors import ClusterError, RegistryError
from core.jobs.cluster.connection import Connection
from core.jobs.cluster.execution import JobOutcome, execute
from core.jobs.cluster.job import LOST_WITH_WORKER, TAKEN, Job, Resource, dotted_name, read_outcome
from core.jobs.cluster.table import WorkerRow, worker_rows
from core.jobs.cluster.versions import versions_everywhere
from core.ledger.current import ledger
from core.ledger.lease import RENEW_SECONDS
from core.ledger.states import State
from core.settings import settings

if TYPE_CHECKING:
    from distributed import Future

    from core.ledger.store import Kind, Record

LOOK_SECONDS = 1.0

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
        self._jobs: dict[str, Job] = {}
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._keeper: threading.Thread | None = None

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
        self.send(job_id, function, *args)

    def submit_later(
        self, job_id: str, function: str, *args: Any, owner: str, resource: Resource, title: str, kind: Kind
    ) -> None:
        """Queue a job like `submit`, but return at once: starting the first worker takes a second or two.

        A cluster that cannot be reached fails the job, as the ledger says.
        """
        self.enter(job_id, kind, owner=owner, resource=resource, title=title, retries=0)
        threading.Thread(target=self.try_to_send, args=(job_id, function, *args), daemon=True).start()

    def try_to_send(self, job_id: str, function: str, *args: Any) -> bool:
        """Send a queued job; False where no worker can be started or reached, which ends it as failed."""
        try:
            self.send(job_id, function, *args)
        except ClusterError as error:
            return not ledger().end(job_id, State.FAILED, str(error))
        return True

    def enter(self, job_id: str, kind: Kind, *, owner: str, resource: Resource, title: str, retries: int) -> Record:
        """Queue a job in the ledger, for `send` to hand to the workers; starts nothing."""
        with self._lock:
            turn = 1 + sum(job.owner == owner and not job.ended.is_set() for job in self._jobs.values())
            return ledger().add(job_id, kind, owner, title=title, retries=retries, resource=resource, turn=turn)

    def send(self, job_id: str, function: str | Callable[..., Any], *args: Any) -> None:
        """Hand a job that this process holds in the ledger to the workers; raises ClusterError."""
        record = ledger().record(job_id)
        if record is None or record.state is not State.QUEUED:
            return
        self._connection.client()
        with self._lock:
            resource: Resource = "trial" if record.resource == "trial" else "training"
            job = Job(job_id, record.owner, resource, record.turn, dotted_name(function), args)
            self._jobs[job_id] = job
            self._send(job)
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="jobs", daemon=True)
                self._keeper.start()

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
        if job.future is None or job.future.key != future.key or self._closed.is_set():
            return
        outcome = read_outcome(future)
        try:
            if outcome is None:
                self._after_death(job)
                return
            if outcome.state is State.FAILED:  # before its function was reached: the ledger has not heard of it
                ledger().end(job.job_id, State.FAILED, outcome.reason)
        except RegistryError as error:
            logger.warning("The end of job %s could not be written yet: %s", job.job_id[:40], error)
            if outcome is None:
                job.lost = True
                return
        self._end(job, outcome)

    def _after_death(self, job: Job) -> None:
        """Send a job again whose worker or cluster is gone, where it may be queued again; else end it."""
        jobs, record = ledger(), ledger().record(job.job_id)
        if record is not None and record.state is State.RUNNING and self._worker_gone(record):
            jobs.give_up(record, LOST_WITH_WORKER, for_good=True)
            record = jobs.record(job.job_id)
        if record is None or record.state is State.RUNNING:
            self._end(job, JobOutcome(State.INTERRUPTED, reason=TAKEN))
        elif record.state is not State.QUEUED:
            self._end(job, JobOutcome(record.state, reason=record.reason))
        elif record.holder == jobs.holder or jobs.take(job.job_id):
            with self._lock:
                self._send(job)
        else:
            self._end(job, JobOutcome(State.INTERRUPTED, reason=TAKEN))

    def _worker_gone(self, record: Record) -> bool:
        """Whether the worker that runs a job has died, as its machine or its scheduler says."""
        client = self._connection.current()
        known = client is not None and record.worker in client.scheduler_info(n_workers=-1)["workers"]
        return ledger().surely_gone(record) or (client is not None and not known)

    def _end(self, job: Job, outcome: JobOutcome) -> None:
        with self._lock:
            if job.outcome is None:
                job.outcome = outcome
            future, job.future, job.args = job.future, None, ()
        if future is not None:
            future.release()
        job.ended.set()

    def _keep(self) -> None:
        """Renew what waits, and look after the jobs whose scheduler or sidecar has gone."""
        renewed = time.monotonic()
        while not self._closed.wait(LOOK_SECONDS):
            try:
                if time.monotonic() - renewed >= RENEW_SECONDS:
                    ledger().renew_queued()
                    renewed = time.monotonic()
                self._follow()
            except (ClusterError, RegistryError) as error:
                logger.warning("Jobs could not be looked after: %s", error)

    def _follow(self) -> None:
        current = self._connection.current()
        for job in [job for job in list(self._jobs.values()) if not job.ended.is_set()]:
            if job.client is not current or job.lost:
                self._after_death(job)

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
        job = self._jobs[job_id]
        job.ended.wait(timeout)
        return job.outcome

    def waiting(self, resource: Resource = "training") -> list[str]:
        """Return the ids of all jobs that wait for a resource, the next one first; starts nothing."""
        return ledger().waiting(resource, own=settings().scheduler_address is None)

    def position(self, job_id: str) -> int | None:
        """Return the job's place in the queue, 1 for the next to start; None when it does not wait."""
        job = self._jobs.get(job_id)
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
        job, record = self._jobs.get(job_id), ledger().record(job_id)
        client = self._connection.current()
        if job is not None:
            with self._lock:
                future, job.outcome = job.future, job.outcome or JobOutcome(State.CANCELLED, reason="Cancelled.")
            if future is not None and job.client is client:
                future.cancel(force=True)
        if (
            client is not None
            and record is not None
            and record.worker in client.scheduler_info(n_workers=-1)["workers"]
        ):
            client.restart_workers([record.worker], timeout=30, raise_for_error=False)
        if job is not None and job.outcome is not None:
            self._end(job, job.outcome)

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
        with self._lock:
            if (job := self._jobs.get(job_id)) is not None and job.ended.is_set():
                del self._jobs[job_id]
        ledger().settle(job_id)

    def close(self) -> None:
        """End all jobs and, when the cluster is ours, all workers."""
        self._closed.set()
        self._connection.close()
