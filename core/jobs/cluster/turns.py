"""Whose turn it is: the order in which waiting jobs start.

An owner's k-th unfinished job has turn k, and Dask priority -k, so twenty people take turns however many jobs one of
them has asked for. The task's key carries the turn, so that every client of a shared scheduler computes one order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Resource = Literal["training", "trial"]
PREFIX = "digitlab"


class Ticket(NamedTuple):
    """A job's place in the queue, as written into the key of its Dask task."""

    resource: str
    turn: int
    submitted: int
    job_id: str

    @property
    def key(self) -> str:
        """The key of the job's Dask task."""
        return f"{PREFIX}-{self.resource}-{self.turn}-{self.submitted}-{self.job_id}"

    @property
    def priority(self) -> int:
        """Dask starts higher priorities first."""
        return -self.turn

    @classmethod
    def parse(cls, key: str) -> Ticket | None:
        """Read a key; None when the task is not one of ours."""
        parts = key.split("-", 4) if isinstance(key, str) else []
        if len(parts) != 5 or parts[0] != PREFIX:
            return None
        return cls(parts[1], int(parts[2]), int(parts[3]), parts[4])


def queue(keys: Iterable[str], started: Iterable[str], resource: str) -> list[str]:
    """Return the ids of the jobs that wait for a resource, the next one first.

    Parameters
    ----------
    keys : iterable of str
        Keys of all tasks that the scheduler holds.
    started : iterable of str
        Ids of the jobs that have started.
    """
    running = set(started)
    tickets = {ticket for key in keys if (ticket := Ticket.parse(key)) is not None}
    waiting = [ticket for ticket in tickets if ticket.resource == resource and ticket.job_id not in running]
    return [ticket.job_id for ticket in sorted(waiting, key=lambda ticket: (ticket.turn, ticket.submitted))]
