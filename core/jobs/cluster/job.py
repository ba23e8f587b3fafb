"""One job as its submitter remembers it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from core.jobs.cluster.execution import JobOutcome
from core.ledger.states import State

if TYPE_CHECKING:
    from distributed import Client, Future

Resource = Literal["training", "trial"]
LOST_WITH_WORKER = "The worker process that ran this job died; it may have run out of memory."
UNREAD_BY_SCHEDULER = (
    "The Dask scheduler could not read the job; start the scheduler with `python -m core scheduler`, from this version "
    "of Digit Lab."
)
TAKEN = "Another server runs this job now."


@dataclass
class Job:
    """What the process that submitted a job remembers of it; `outcome` is None until it has ended.

    `lost` says that its worker has died, which the ledger could not be told yet.
    """

    job_id: str
    owner: str
    resource: Resource
    turn: int
    function: str
    args: tuple[Any, ...]
    client: Client | None = None
    future: Future[Any] | None = None
    outcome: JobOutcome | None = None
    lost: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


def read_outcome(future: Future[Any]) -> JobOutcome | None:
    """Read a finished future; None when its worker died, or the connection, or another process has the job."""
    from distributed import KilledWorker

    if future.status == "finished":
        found: JobOutcome | None = future.result(timeout=30)
        return found
    if future.status != "error":
        return None
    error = future.exception(timeout=30)
    if isinstance(error, KilledWorker):
        return None
    words = str(error) if type(error).__module__ == "core.errors" else f"{type(error).__name__}: {error}"
    if "deserialization" in words:
        words = UNREAD_BY_SCHEDULER
    return JobOutcome(State.FAILED, reason=words)


def dotted_name(function: str | Callable[..., Any]) -> str:
    """Return "package.module:name" of a function at the top level of a module."""
    return function if isinstance(function, str) else f"{function.__module__}:{function.__qualname__}"
