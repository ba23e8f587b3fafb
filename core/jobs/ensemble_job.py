"""Building an ensemble as a job of a worker."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence

from core.data.sources import load_expected
from core.jobs.cluster.executor import Executor
from core.jobs.committee import make_committee
from core.jobs.monitor import monitor_of_job
from core.ledger.lease import current_lease
from core.ledger.limits import require_room
from core.models.serving.committee import Weights
from core.permissions import Actor, require
from core.runs.leaderboard import find
from core.runs.names import checked_name
from core.runs.run import Run

FUNCTION = "core.jobs.ensemble_job:build"
JOB = "ensemble-"
"""What the id of a job that builds an ensemble begins with."""


def job_of(runs: Sequence[Run], weights: Weights, name: str) -> str:
    """Return the id of the job that builds an ensemble; the same for the same wish, so that it is built once."""
    wish = json.dumps([[run.run_id for run in runs], weights, name])
    return f"{JOB}{hashlib.sha256(wish.encode()).hexdigest()[:24]}"


def start(executor: Executor, runs: Sequence[Run], fingerprint: str, weights: Weights, name: str, actor: Actor) -> None:
    """Queue the building of an ensemble of finished runs; returns at once.

    Raises
    ------
    NotAllowedError, ReadOnlyError
        The actor may not, or nothing may be started here.
    InputError
        The name is too long, the actor has as many jobs as one person can have, or the same ensemble is being built.
    """
    require(actor, "combine")
    require_room("ensemble", actor.name)
    executor.submit_later(
        job_of(runs, weights, name), FUNCTION, [run.run_id for run in runs], fingerprint, weights,
        checked_name(name), actor, owner=actor.name, resource="trial", title=f"the ensemble {name}".rstrip(),
        kind="ensemble",
    )  # fmt: skip


def build(run_ids: Sequence[str], fingerprint: str, weights: Weights, name: str, actor: Actor) -> str:
    """Build an ensemble in a worker; returns the id of its run, which the progress of the job tells as well.

    Raises
    ------
    DataError
        The worker holds another data set than the page.
    """
    dataset = load_expected(fingerprint)
    runs = [find(run_id, dataset) for run_id in run_ids]
    run = make_committee(runs, dataset, weights=weights, name=name, actor=actor, monitor=monitor_of_job())
    if lease := current_lease():
        lease.report(fraction=1.0, message="", at=time.time(), run_id=run.run_id)
    return run.run_id
