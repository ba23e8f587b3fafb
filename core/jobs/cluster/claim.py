"""What happens in a worker process around a job's function.

A job is started at most once, whatever the scheduler thinks of repeating it, and its outcome comes back as plain data,
so that no exception class of a training library is ever imported by the process which asked for it.
"""

from __future__ import annotations

import importlib
import os
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["waiting", "running", "done", "failed", "lost", "cancelled"]

CLAIMS = "digitlab-claims"
CANCELLED = "digitlab-cancelled"
SECONDS_TO_BE_KILLED = 15.0


@dataclass(frozen=True)
class Outcome:
    """How a job ended.

    Attributes
    ----------
    state : str
        "done", "failed", "lost" (its worker died) or "cancelled".
    value : object
        What the function returned, when done.
    reason : str
        One sentence, when not done.
    traceback : str
        The whole traceback, when failed.
    """

    state: State
    value: Any = None
    reason: str = ""
    traceback: str = ""


class Noticeboard:
    """The scheduler's metadata as a worker's thread reads and writes it: who has started what, what is cancelled."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker

    def read(self, board: str, job_id: str) -> Any:
        """Return what is pinned there, or None."""
        return self._call("get_metadata", keys=[board, job_id], default=None)

    def pin(self, board: str, job_id: str, value: Any) -> None:
        """Write a value; returns when the scheduler has it."""
        self._call("set_metadata", keys=[board, job_id], value=value)

    def _call(self, operation: str, **arguments: Any) -> Any:
        from distributed.utils import sync

        return sync(self._worker.loop, getattr(self._worker.scheduler, operation), **arguments)


def run_claimed(job_id: str, owner: str, title: str, function: str, args: Sequence[Any]) -> Outcome:
    """Run `function` ("package.module:name") in this worker unless the job was started before or is cancelled.

    A cancelled job keeps its slot until its worker is killed, so that the kill never hits the job after it.
    """
    from distributed import get_worker

    worker = get_worker()
    board = Noticeboard(worker)
    if board.read(CLAIMS, job_id) is not None:
        return Outcome("lost", reason="The worker that ran this job died.")
    who = {"worker": worker.address, "pid": os.getpid(), "owner": owner, "title": title}
    claim = {**who, "started": time.time(), "ended": False}
    board.pin(CLAIMS, job_id, claim)
    outcome = Outcome("cancelled") if board.read(CANCELLED, job_id) else _attempt(function, args)
    board.pin(CLAIMS, job_id, {**claim, "ended": True})
    if outcome.state != "cancelled" and board.read(CANCELLED, job_id):
        threading.Event().wait(SECONDS_TO_BE_KILLED)
    return outcome


def _attempt(function: str, args: Sequence[Any]) -> Outcome:
    module, _, name = function.partition(":")
    try:
        return Outcome("done", getattr(importlib.import_module(module), name)(*args))
    except Exception as error:  # the edge of the process: whatever it was, the job failed and the worker goes on
        sentence = str(error) or "No message."
        reason = sentence if type(error).__module__ == "core.errors" else f"{type(error).__name__}: {sentence}"
        return Outcome("failed", reason=reason, traceback=traceback.format_exc())
