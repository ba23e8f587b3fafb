"""A real job that a worker answers, for the doctor: whether trainings would come back from there."""

from __future__ import annotations

import platform
import time
import uuid
from dataclasses import dataclass, replace

from core.data.sources import load_dataset
from core.errors import ClusterError, RegistryError
from core.jobs.cluster.executor import Executor
from core.jobs.cluster.job import Resource
from core.ledger.current import ledger
from core.ledger.states import State
from core.runs.round_trip import read_back

JOB_SECONDS = 90.0
"""A new worker imports what it needs in a few seconds, and reads the data in a few more."""


@dataclass(frozen=True)
class Answer:
    """What a worker says to a real job.

    Attributes
    ----------
    host : str
    fingerprint : str
        Of the data that it would train on.
    reads_artifacts : bool
        Whether it reads, by its own settings, an artefact that was written here.
    seconds : float
        From the request to the answer.
    """

    host: str
    fingerprint: str
    reads_artifacts: bool
    seconds: float = 0.0


def answer(artifact: str) -> Answer:
    """Say what this worker is and has; runs in the worker."""
    try:
        reads = read_back(artifact)
    except RegistryError:
        reads = False
    return Answer(platform.node(), load_dataset().fingerprint, reads)


def ask(executor: Executor, artifact: str, resource: Resource = "training") -> Answer:
    """Send a real job to a worker that offers `resource`, and wait for its answer.

    Raises
    ------
    ClusterError
        It failed, or no worker took it in time.
    """
    job, started = f"doctor-{uuid.uuid4().hex[:8]}", time.perf_counter()
    try:
        executor.submit(job, answer, artifact, owner="doctor", resource=resource, title="the doctor's check")
        outcome = executor.outcome(job, JOB_SECONDS)
    except KeyboardInterrupt:
        ledger().end(job, State.CANCELLED, "Cancelled.")
        raise
    if outcome is None:
        executor.cancel(job)
        raise ClusterError(f"No worker took a job within {JOB_SECONDS:.0f} s: all are busy, or offer no {resource}.")
    if outcome.state is not State.FINISHED:
        raise ClusterError(f"A job did not come back: {outcome.reason}")
    found: Answer = outcome.value
    return replace(found, seconds=time.perf_counter() - started)
