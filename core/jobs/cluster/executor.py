"""Runs jobs in Dask worker processes: submit, watch, cancel. It knows nothing of models, runs or studies."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.jobs.cluster.claim import CANCELLED, CLAIMS, Outcome, State, run_claimed
from core.jobs.cluster.connection import Connection
from core.jobs.cluster.job import LOST_WITH_CLUSTER, LOST_WITH_WORKER, Job, dotted_name, read_outcome
from core.jobs.cluster.table import WorkerRow, worker_rows
from core.jobs.cluster.turns import Resource, Ticket, queue
from core.jobs.cluster.versions import versions_everywhere
from core.settings import settings

if TYPE_CHECKING:
    from distributed import Client, Future


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

        Raises
        ------
        InputError
            A job of that id is there already.
        ClusterError
            No worker can be started or reached.
        """
        client = self._connection.client()
        with self._lock:
            if job_id in self._jobs:
                raise InputError(f"A job `{job_id}` has been submitted already.")
            turn = 1 + sum(job.owner == owner and not job.ended.is_set() for job in self._jobs.values())
            job = Job(job_id, owner, resource, turn, dotted_name(function), args, title, client)
            self._jobs[job_id] = job
            self._send(job)

    def _send(self, job: Job) -> None:
        ticket = Ticket(job.resource, job.turn, time.time_ns(), job.job_id)
        job.future = job.client.submit(
            run_claimed, job.job_id, job.owner, job.title, job.function, job.args,
            key=ticket.key, priority=ticket.priority, resources={job.resource: 1}, fifo_timeout=0, pure=False,
        )  # fmt: skip
        job.future.add_done_callback(lambda future: self._settle(job, future))

    def _settle(self, job: Job, future: Future[Any]) -> None:
        if job.future is None or job.future.key != future.key:
            return
        outcome = read_outcome(future)
        if outcome is None and self._never_started(job):
            with self._lock:
                self._send(job)
            return
        self._end(job, outcome or Outcome("lost", reason=LOST_WITH_WORKER))

    def _never_started(self, job: Job) -> bool:
        client = self._connection.current()
        if client is None or client is not job.client:
            return False
        try:
            return client.get_metadata([CLAIMS, job.job_id], None) is None
        except OSError:
            return False

    def _end(self, job: Job, outcome: Outcome) -> None:
        with self._lock:
            if job.outcome is None:
                job.outcome = outcome
            future, job.future, job.args = job.future, None, ()
        if future is not None:
            future.release()
        job.ended.set()

    def state(self, job_id: str) -> State:
        """Return "waiting", "running", "done", "failed", "lost" or "cancelled".

        "lost" is a job whose worker, scheduler or connection died, and an id that this process never submitted.
        """
        job = self._jobs.get(job_id)
        if job is None:
            return "lost"
        if job.outcome is None and job.client is not self._connection.current():
            self._end(job, Outcome("lost", reason=LOST_WITH_CLUSTER))
        if job.outcome is not None:
            return job.outcome.state
        return "waiting" if self._never_started(job) else "running"

    def outcome(self, job_id: str, timeout: float | None = 0) -> Outcome | None:
        """Return how a job ended, waiting up to `timeout` seconds (None: for ever) for it; None while it has not."""
        job = self._jobs[job_id]
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.state(job_id) in ("waiting", "running"):
            left = 1.0 if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return None
            job.ended.wait(min(left, 1.0))
        return job.outcome

    def titled(self, owner: str) -> list[Job]:
        """Return an owner's jobs that have a title, those that have ended included until they are forgotten."""
        return [job for job in list(self._jobs.values()) if job.owner == owner and job.title]

    def position(self, job_id: str) -> int | None:
        """Return the job's place in the queue, 1 for the next to start; None when it does not wait."""
        if self.state(job_id) != "waiting":
            return None
        waiting = self.waiting(self._jobs[job_id].resource)
        return waiting.index(job_id) + 1 if job_id in waiting else None

    def waiting(self, resource: Resource = "training") -> list[str]:
        """Return the ids of all jobs that wait for a resource, the next one first; starts nothing."""
        client = self._connection.current()
        if client is None:
            return []
        own = list(self._jobs.values())
        keys = {str(job.future.key) for job in own if job.future is not None}
        with contextlib.suppress(OSError):  # the scheduler has just gone; `state` will say so
            keys |= {str(key) for keys in client.processing().values() for key in keys}
        over = {job.job_id for job in own if job.outcome is not None}  # the scheduler may not have heard of it yet
        return queue(keys, over.union(self._claims(client)), resource)

    def cancel(self, job_id: str) -> bool:
        """End a job: take it out of the queue, or kill and replace the one worker process that runs it.

        Returns when the worker's memory has been given back. False when the job had ended already.
        """
        if self.state(job_id) not in ("waiting", "running"):
            return False
        job = self._jobs[job_id]
        job.client.set_metadata([CANCELLED, job_id], True)
        with self._lock:
            future, job.outcome = job.future, job.outcome or Outcome("cancelled", reason="Cancelled.")
        if future is not None:
            future.cancel(force=True)
        claim = self._claims(job.client).get(job_id)
        if claim is not None and not claim["ended"]:
            job.client.restart_workers([claim["worker"]], timeout=30, raise_for_error=False)
        self._end(job, job.outcome)
        return job.outcome.state == "cancelled"

    def cluster_table(self) -> list[WorkerRow]:
        """Return one row a worker; none while the embedded cluster has not been started, which this does not do."""
        client = self._connection.client() if settings().scheduler_address else self._connection.current()
        if client is None:
            return []
        return worker_rows(client.scheduler_info(n_workers=-1), self._claims(client))

    def versions(self) -> dict[str, dict[str, str]]:
        """Return the versions of Python, Dask and Digit Lab in the scheduler and in each worker."""
        return versions_everywhere(self._connection.client())

    def note(self, board: str, job_id: str) -> Any:
        """Return what a job has pinned to a board of the scheduler's; None where it has not, or nobody is connected."""
        client = self._connection.current()
        return client.get_metadata([board, job_id], None) if client else None

    def pin(self, board: str, job_id: str, value: Any) -> None:
        """Pin something for a job to read; nothing happens while nobody is connected."""
        if client := self._connection.current():
            client.set_metadata([board, job_id], value)

    def forget(self, job_id: str) -> None:
        """Drop what is remembered of a job that has ended, result included."""
        with self._lock:
            if (job := self._jobs.get(job_id)) is not None and job.ended.is_set():
                del self._jobs[job_id]

    def close(self) -> None:
        """End all jobs and, when the cluster is ours, all workers."""
        self._connection.close()

    @staticmethod
    def _claims(client: Client) -> Mapping[str, Mapping[str, Any]]:
        """Return who runs or ran what; nothing when the scheduler has just gone (`state` will say so)."""
        try:
            claims: Mapping[str, Mapping[str, Any]] = client.get_metadata([CLAIMS], {})
            return claims
        except OSError:
            return {}
