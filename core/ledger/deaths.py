"""Which processes that hold jobs have died, as far as this machine can tell.

A machine looks for its own processes and gives up those that are gone, however long they have been silent. It cannot
look for processes of other machines: it reads their records twice, `LEASE_SECONDS` apart by its own monotonic clock,
and gives up those that were not renewed in between. So no two clocks are ever compared. A process that was given up
too early finds that out when it renews its lease: it takes the job back unless another one has started it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.ledger.store import Record
from core.process import Process

LEASE_SECONDS = 60.0
"""Longer than a database may be locked by somebody else while a lease is to be renewed."""


class Deaths:
    """What was seen of the holders of jobs.

    Parameters
    ----------
    machine : str
        This one's name, as in `Process`.
    clock : callable
        Monotonic seconds.
    alive : callable
        Whether a process of this machine lives.
    """

    def __init__(self, machine: str, clock: Callable[[], float], alive: Callable[[Process], bool]) -> None:
        self._machine, self._clock, self._alive = machine, clock, alive
        self._read: dict[str, tuple[tuple[str, int], float]] = {}

    def among(self, held: Sequence[Record]) -> list[Record]:
        """Return the jobs whose holder has died; forgets what was seen of all others than `held`."""
        self._read = {job.id: self._read[job.id] for job in held if job.id in self._read}
        return [job for job in held if self._gone(job)]

    def surely_gone(self, job: Record) -> bool:
        """Whether the last process that held a job was one of this machine and has died."""
        return job.process.machine == self._machine and not self._alive(job.process)

    def _gone(self, job: Record) -> bool:
        if job.process.machine == self._machine:
            return not self._alive(job.process)
        mark, now = (job.holder, job.beat), self._clock()
        read, at = self._read.get(job.id, (None, now))
        if read != mark:
            self._read[job.id] = (mark, now)
            return False
        return now - at >= LEASE_SECONDS
