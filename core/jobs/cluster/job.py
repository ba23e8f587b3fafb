"""One job as its submitter remembers it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.jobs.cluster.claim import Outcome
from core.jobs.cluster.turns import Resource

if TYPE_CHECKING:
    from distributed import Client, Future

LOST_WITH_CLUSTER = "The workers ended, or the connection to their scheduler was lost, before this job had finished."
LOST_WITH_WORKER = "The worker process that ran this job died; it may have run out of memory."
UNREAD_BY_SCHEDULER = (
    "The Dask scheduler could not read the job; start the scheduler with `python -m core scheduler`, from this version "
    "of Digit Lab."
)


@dataclass
class Job:
    """What the process that submitted a job remembers of it; `outcome` is None until it has ended.

    Its title says in a few words what it does, such as "the robustness of cnn"; empty where a run or a study says it.
    """

    job_id: str
    owner: str
    resource: Resource
    turn: int
    function: str
    args: tuple[Any, ...]
    title: str
    client: Client
    future: Future[Any] | None = None
    outcome: Outcome | None = None
    ended: threading.Event = field(default_factory=threading.Event)


def read_outcome(future: Future[Any]) -> Outcome | None:
    """Read a finished future; None when its worker died."""
    from distributed import KilledWorker

    if future.status == "finished":
        found: Outcome = future.result(timeout=30)
        return found
    if future.status != "error":
        return Outcome("lost", reason=LOST_WITH_CLUSTER)
    error = future.exception(timeout=30)
    if isinstance(error, KilledWorker):
        return None
    unread = "deserialization" in str(error)
    return Outcome("failed", reason=UNREAD_BY_SCHEDULER if unread else f"{type(error).__name__}: {error}")


def dotted_name(function: str | Callable[..., Any]) -> str:
    """Return "package.module:name" of a function at the top level of a module."""
    return function if isinstance(function, str) else f"{function.__module__}:{function.__qualname__}"
