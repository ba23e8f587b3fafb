"""Read and write the ledger: every change of a job's state is one conditional update, so that only one process wins.

A job is held by the process that queued it until a worker starts it, and by that worker from then on. Reading changes
nothing: a job whose process has died stays as it is until somebody calls `recover`.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, case, delete, insert
from sqlalchemy.exc import IntegrityError

from core.errors import InputError
from core.ledger.deaths import Deaths
from core.ledger.jobs_table import JobsTable
from core.ledger.lease import Lease
from core.ledger.states import ACTIVE, ENDED, State, before
from core.ledger.store import JOBS, Kind, Record
from core.process import Process, lives, this_process

KEPT_SECONDS = 24 * 3600.0
"""How long the record of a settled job stays, for the notices of its end."""

SENT_BY_ANY_SERVER = ("training", "search", "trial")
"""Kinds whose queued jobs another server can hand to its workers; the arguments of others are in no store."""

GONE = "The process that executed it has ended."
AGAIN = "The process that executed it died, so it was queued again."
"""Stays with a job until it ends for another reason, so that people see what happened to it."""


class Ledger(JobsTable):
    """The jobs of every process that uses one database.

    Parameters
    ----------
    url : str
        A database address of SQLAlchemy.
    process : Process, optional
        Who writes; the process that runs this if not given.
    clock : callable
        Monotonic seconds.
    alive : callable
        Whether a process of this machine lives.
    """

    def __init__(
        self,
        url: str,
        process: Process | None = None,
        clock: Callable[[], float] = time.monotonic,
        alive: Callable[[Process], bool] = lives,
    ) -> None:
        super().__init__(url)
        self.holder = uuid.uuid4().hex
        self._process = process or this_process()
        self._deaths = Deaths(self._process.machine, clock, alive)

    def waiting(self, resource: str, *, own: bool) -> list[str]:
        """Return the ids of the queued jobs that wait for a resource, the next one first; with `own` this process's."""
        conditions = [JOBS.c.state == State.QUEUED, JOBS.c.resource == resource, JOBS.c.holder != ""]
        if own:
            conditions.append(JOBS.c.holder == self.holder)
        queued = self.records(*conditions)
        return [job.id for job in sorted(queued, key=lambda job: (job.turn, job.submitted))]

    # The life of a job

    def add(
        self,
        job_id: str,
        kind: Kind,
        owner: str,
        *,
        title: str = "",
        retries: int = 0,
        resource: str = "",
        turn: int = 1,
    ) -> Record:
        """Queue a job, held by this process, or queue one again that has ended; raises InputError where one is active.

        Parameters
        ----------
        title : str
            What it does, in a few words, for people.
        retries : int
            How many times it is queued again after the death of its process.
        """
        values = {
            "kind": kind, "owner": owner, "title": title, "retries": retries, "resource": resource, "turn": turn,
            "state": State.QUEUED, "reason": "", "attempts": 0, "previous": "", "beat": 0, "progress": "{}",
            "request": "", "worker": "", "submitted": time.time_ns(), "started": None, "ended": None, "settled": 0,
            **self._held(self.holder),
        }  # fmt: skip
        if not self._change(job_id, JOBS.c.state.in_(ENDED), **values):
            try:
                self._execute(insert(JOBS).values(id=job_id, **values))
            except Exception as error:
                if isinstance(error.__cause__, IntegrityError):
                    raise InputError(f"A job `{job_id}` has been submitted already.") from None
                raise
        found = self.record(job_id)
        assert found is not None
        return found

    def start(self, job_id: str, worker: str = "") -> Lease | None:
        """Start a queued job in this process; None where another one has, or where it was cancelled."""
        holder = uuid.uuid4().hex
        started = self._change(
            job_id, JOBS.c.state == State.QUEUED,
            state=State.RUNNING, previous="", worker=worker, started=time.time(), attempts=JOBS.c.attempts + 1,
            **self._held(holder),
        )  # fmt: skip
        return Lease(self, job_id, holder) if started else None

    def renew(self, job_id: str, holder: str) -> bool:
        """Renew a lease, or take the job back where it was given up; False where it has another holder or has ended."""
        if self._change(job_id, JOBS.c.holder == holder, JOBS.c.state == State.RUNNING, beat=JOBS.c.beat + 1):
            return True
        given_up = JOBS.c.state.in_([State.QUEUED, State.INTERRUPTED])
        changes = {"state": State.RUNNING, "previous": "", "reason": "", "ended": None, "settled": 0}
        return self._change(job_id, JOBS.c.previous == holder, given_up, **changes, **self._held(holder))

    def renew_queued(self) -> None:
        """Renew the lease of every queued job that this process holds."""
        if not self._empty:
            self._change(None, JOBS.c.holder == self.holder, JOBS.c.state == State.QUEUED, beat=JOBS.c.beat + 1)

    def end(
        self,
        job_id: str,
        state: State,
        reason: str = "",
        *,
        holder: str | None = None,
        among: Collection[State] = ACTIVE,
    ) -> bool:
        """Bring a job to a state in which it rests, from those of `among` that the table of transitions allows.

        Returns
        -------
        bool
            False where it is in another state by now, or where `holder` does not hold it any more.
        """
        conditions: list[ColumnElement[bool]] = [
            JOBS.c.state.in_([source for source in before(state) if source in among])
        ]
        if holder is not None:
            conditions.append(JOBS.c.holder == holder)
        told = reason or case((JOBS.c.reason == AGAIN, AGAIN), else_="")
        return self._change(
            job_id, *conditions, state=state, reason=told, ended=time.time(), holder="", previous="", settled=0
        )

    def report(self, job_id: str, holder: str, progress: dict[str, Any]) -> bool:
        """Store what a job's process says of it; False where it does not hold the job any more."""
        return self._change(job_id, JOBS.c.holder == holder, progress=json.dumps(progress), beat=JOBS.c.beat + 1)

    def request(self, job_id: str, text: str) -> bool:
        """Store what is asked of a job's process; False where the job is not active."""
        return self._change(job_id, JOBS.c.state.in_(ACTIVE), request=text)

    def settle(self, job_id: str) -> None:
        """Say that a job's end has been written where it belongs."""
        self._change(job_id, JOBS.c.state.in_(ENDED), settled=1)

    def remove(self, job_id: str) -> None:
        """Forget a job."""
        self._execute(delete(JOBS).where(JOBS.c.id == job_id))

    # Recovery

    def recover(self) -> list[Record]:
        """Give up the jobs whose process has died: queue them again where they may be, else interrupt them.

        A job that is queued again has no holder until a server adopts it.

        Returns
        -------
        list of Record
            The jobs that were given up, as they are now.
        """
        gone = self._deaths.among([job for job in self.records(active=True) if job.holder])
        given_up = [job.id for job in gone if self.give_up(job)]
        self._prune()
        return [record for job_id in given_up if (record := self.record(job_id))]

    def surely_gone(self, job: Record) -> bool:
        """Whether the last process that held a job was one of this machine and has died."""
        return self._deaths.surely_gone(job)

    def give_up(self, job: Record, reason: str = GONE, *, for_good: bool = False) -> bool:
        """Take a job from its holder, as it was read; False where it has been renewed, ended or taken meanwhile.

        Parameters
        ----------
        for_good : bool
            The holder is known to be dead, or must not take the job back.
        """
        unchanged = (JOBS.c.holder == job.holder, JOBS.c.beat == job.beat, JOBS.c.state == job.state)
        changes: dict[str, Any] = {"holder": "", "previous": "" if for_good else job.holder}
        waits = job.state is State.QUEUED and job.kind in SENT_BY_ANY_SERVER
        if not waits and job.retries < 1:
            changes |= {"state": State.INTERRUPTED, "reason": reason, "ended": time.time(), "settled": 0}
        elif not waits:
            changes |= {
                "state": State.QUEUED,
                "reason": AGAIN,
                "retries": job.retries - 1,
                "started": None,
                "worker": "",
            }
        return self._change(job.id, *unchanged, **changes)

    def release(self, job_id: str, holder: str) -> None:
        """Leave a running job to whichever server adopts it."""
        mine = (JOBS.c.holder == holder, JOBS.c.state == State.RUNNING)
        self._change(job_id, *mine, state=State.QUEUED, holder="", previous="", started=None, worker="")

    def adopt(self, kind: Kind) -> Iterator[Record]:
        """Take the queued jobs that nobody holds, to hand them to this process's workers.

        Each is taken when it is asked for, so a database that fails on the way leaves none taken but not handed on.
        """
        free = (JOBS.c.state == State.QUEUED, JOBS.c.holder == "")
        for job in self.records(*free, kind=kind):
            if self.take(job.id):
                yield job

    def take(self, job_id: str) -> bool:
        """Take a queued job that nobody holds."""
        free = (JOBS.c.state == State.QUEUED, JOBS.c.holder == "")
        return self._change(job_id, *free, beat=JOBS.c.beat + 1, **self._held(self.holder))

    def _prune(self) -> None:
        """Forget the jobs that ended long ago and were settled."""
        old = (JOBS.c.state.in_(ENDED), JOBS.c.settled == 1, JOBS.c.ended < time.time() - KEPT_SECONDS)
        if self.records(*old):
            self._execute(delete(JOBS).where(*old))

    def _held(self, holder: str) -> dict[str, Any]:
        who = self._process
        return {"holder": holder, "machine": who.machine, "pid": who.pid, "born": who.born}
