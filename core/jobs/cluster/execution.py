"""What happens in a worker process around a job's function.

A job is started at most once, whatever the scheduler thinks of repeating it, and its outcome comes back as plain data,
so that no exception class of a training library is ever imported by the process which asked for it.
"""

from __future__ import annotations

import importlib
import logging
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.database_faults import retry_if_locked
from core.errors import ClusterError
from core.ledger.current import ledger
from core.ledger.lease import Lease, working_under
from core.ledger.states import State
from core.settings import settings

SECONDS_TO_BE_KILLED = 15.0
NO_LEDGER = (
    "A worker cannot reach the ledger of jobs: set DIGITLAB_STUDIES, a database that machines share, there as on the "
    "machine that serves the pages."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended.

    Attributes
    ----------
    value : object
        What the function returned, when finished.
    reason : str
        One sentence, when not finished.
    traceback : str
        The whole traceback, when failed.
    """

    state: State
    value: Any = None
    reason: str = ""
    traceback: str = ""


def execute(ledger_url: str | None, job_id: str, function: str, args: Sequence[Any]) -> JobOutcome | None:
    """Run `function` ("package.module:name") in this worker; None where another process has started or ended the job.

    A cancelled job keeps its slot until its worker is killed, so that the kill never hits the job after it.

    Parameters
    ----------
    ledger_url : str or None
        The ledger in a file of this machine; None for the one of this process's own settings.
    """
    from distributed import get_worker

    jobs = ledger(ledger_url)
    if ledger_url is None and settings().ledger_url.startswith("sqlite:"):
        raise ClusterError(NO_LEDGER)
    if retry_if_locked(lambda: jobs.record(job_id)) is None:  # a first look makes the table
        raise ClusterError(NO_LEDGER)
    lease = retry_if_locked(lambda: jobs.start(job_id, worker=get_worker().address))
    if lease is None:
        return None
    with working_under(lease):
        outcome = _ended(_attempt(function, args), lease)
    if outcome.state is State.CANCELLED:
        threading.Event().wait(SECONDS_TO_BE_KILLED)
    return outcome


def _attempt(function: str, args: Sequence[Any]) -> JobOutcome:
    module, _, name = function.partition(":")
    try:
        return JobOutcome(State.FINISHED, getattr(importlib.import_module(module), name)(*args))
    except Exception as error:  # the edge of the process: whatever it was, the job failed and the worker goes on
        sentence = str(error) or "No message."
        expected = type(error).__module__ == "core.errors"
        logger.log(logging.INFO if expected else logging.ERROR, "%s failed", function, exc_info=error)
        reason = sentence if expected else f"{type(error).__name__}: {sentence}"
        return JobOutcome(State.FAILED, reason=reason, traceback=traceback.format_exc())


def _ended(outcome: JobOutcome, lease: Lease) -> JobOutcome:
    """Write the end into the ledger, or read the one that the job has come to already, such as cancelled."""
    if lease.end_or_later(outcome.state, outcome.reason):
        return outcome
    record = lease.record()
    return replace(outcome, state=record.state, reason=record.reason) if record else outcome
