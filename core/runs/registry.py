"""Runs in MLflow: created, described, listed, found; how far the job behind one is stands in the ledger."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from core.errors import InputError, UnknownRunError
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.catalogue import CATALOGUE, short_title
from core.models.changes import name_of
from core.models.specification import Specification
from core.permissions import local_user, require_writable
from core.runs import mlflow_fields
from core.runs.database import client, experiment_id, registry_errors, retry_if_locked
from core.runs.names import MAX_NAME, checked_name, clean_name
from core.runs.run import CURVE_PREFIX, PREFIX, SECONDS_PREFIX, Progress, Run, from_mlflow

if TYPE_CHECKING:
    from core.ledger.store import Kind, Record

PAGE = 1000
JOB_KINDS: tuple[Kind, ...] = ("training", "import")
"""The jobs that make runs; their id is the run's."""

MLFLOW_STATUS = {
    State.QUEUED: "SCHEDULED",
    State.RUNNING: "RUNNING",
    State.FINISHED: "FINISHED",
    State.FAILED: "FAILED",
    State.CANCELLED: "KILLED",
    State.INTERRUPTED: "KILLED",
}


def create(
    specification: Specification,
    fingerprint: str,
    *,
    owner: str = "",
    name: str = "",
    group: str = "",
    trained_on_evaluation_data: bool = False,
) -> Run:
    """Write a new run in state queued and return it.

    Parameters
    ----------
    owner : str
        Who starts it; the operating system's user if not said.
    name : str
        For people; if empty, one that says in what the training differs, and that no other run has.
    group : str
        What repeated trainings with other seeds have in common.
    trained_on_evaluation_data : bool
        Whether data leakage: trained on images of its evaluation data.

    Raises
    ------
    InputError
        The name is longer than 120 characters.
    """
    require_writable()
    wanted = checked_name(name)
    tags = {
        "state": State.QUEUED.value,
        "model": specification.model,
        "owner": clean_name(owner) or local_user(),
        "fingerprint": fingerprint,
        "key": specification.key(fingerprint),
        "specification": specification.model_dump_json(),
        "group": group,
        "seen_judges": str(trained_on_evaluation_data).lower(),
    }
    with registry_errors():
        stored = client().create_run(
            experiment_id(),
            run_name=unused_name(wanted or clean_name(name_of(specification))),
            tags=mlflow_fields.tags(specification, tags["owner"]) | {PREFIX + tag: tags[tag] for tag in tags},
        )
        _log_parameters(stored.info.run_id, specification)
        client().update_run(stored.info.run_id, status=MLFLOW_STATUS[State.QUEUED])
        return from_mlflow(stored)


def _log_parameters(run_id: str, specification: Specification) -> None:
    from mlflow.entities import Param

    rows = [Param(name, value) for name, value in mlflow_fields.params(specification).items()]
    client().log_batch(run_id, params=rows)


def unused_name(name: str, of: str = "") -> str:
    """Return the name itself, or "name (2)" where another run or a shipped model has it already, and so on.

    Parameters
    ----------
    of : str
        Id of the run that is to have it.
    """
    start = name[: MAX_NAME - len(" (100)")]
    beginning = re.sub(r"[%'\"\\]", "_", start)  # LIKE takes an underscore for any letter
    with registry_errors():
        found = client().search_runs([experiment_id()], f"attributes.run_name LIKE '{beginning}%'", max_results=PAGE)
    taken = {run.info.run_name for run in found if run.info.run_id != of} | {short_title(kind) for kind in CATALOGUE}
    numbered = (f"{start} ({number})" for number in itertools.count(2))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def change(run_id: str, **tags: str) -> None:
    """Set Digit Lab's own tags of a run."""
    from mlflow.entities import RunTag

    retry_if_locked(
        lambda: client().log_batch(run_id, tags=[RunTag(PREFIX + name, value) for name, value in tags.items()])
    )


def enter(run_id: str, state: State, *, reason: str = "") -> None:
    """Write a state into a run, for `mlflow ui` and for those who do not share the ledger, with the reason."""
    tags = {"state": state.value}
    if reason:
        tags["reason"] = reason
    if not state.active:
        tags["ended"] = str(time.time())
    change(run_id, **tags)
    retry_if_locked(lambda: client().update_run(run_id, status=MLFLOW_STATUS[state]))


def enter_again(run_id: str) -> None:
    """Write into an interrupted run that it is queued again; raises ReadOnlyError."""
    require_writable()
    change(run_id, reason="", ended="")
    enter(run_id, State.QUEUED)


def log_metrics(run_id: str, metrics: Mapping[str, float], *, step: int = 0, prefix: str = "") -> None:
    """Store figures of a run; those that are not finite are left out, as databases differ in what they take."""
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    rows = [Metric(prefix + name, float(value), now, step) for name, value in metrics.items() if isfinite(value)]
    retry_if_locked(lambda: client().log_batch(run_id, metrics=rows))


def log_curve(run_id: str, step: int, metrics: Mapping[str, float]) -> None:
    """Store one step of the learning curves."""
    log_metrics(run_id, metrics, step=step, prefix=CURVE_PREFIX)


def log_seconds(run_id: str, seconds: Mapping[str, float]) -> None:
    """Store how long a run's parts took."""
    log_metrics(run_id, seconds, prefix=SECONDS_PREFIX)


def curves(run_id: str, names: tuple[str, ...]) -> dict[str, list[tuple[int, float]]]:
    """Return the learning curves of a run: for each name its (step, value) pairs in order.

    Absent names are left out.
    """
    found: dict[str, list[tuple[int, float]]] = {}
    with registry_errors():
        for name in names:
            history = client().get_metric_history(run_id, CURVE_PREFIX + name)
            if history:
                found[name] = sorted({entry.step: entry.value for entry in history}.items())
    return found


def get(run_id: str) -> Run:
    """Return one run by its whole id; raises UnknownRunError."""
    from mlflow.exceptions import MlflowException

    try:
        with registry_errors():
            run = from_mlflow(client().get_run(run_id))
            job = ledger().record(run_id)
            return _with_job(run, job) if job else run
    except InputError:
        raise
    except Exception as error:
        if isinstance(error.__cause__, MlflowException) and error.__cause__.error_code in (
            "RESOURCE_DOES_NOT_EXIST",
            "INVALID_PARAMETER_VALUE",
        ):
            raise UnknownRunError(f"There is no run {run_id[:60]!r}.") from None
        raise


def all_runs(*, deleted: bool = False) -> list[Run]:
    """Return every run of the registry, the newest first; with `deleted` those in the trash instead."""
    from mlflow.entities import ViewType

    view = ViewType.DELETED_ONLY if deleted else ViewType.ACTIVE_ONLY
    stored: list[Any] = []
    token: str | None = None
    with registry_errors():
        while True:
            page = client().search_runs([experiment_id()], "", view, PAGE, ["attributes.start_time DESC"], token)
            stored.extend(page)
            token = page.token
            if not token:
                return _with_jobs([from_mlflow(run) for run in stored])


def _with_jobs(runs: list[Run]) -> list[Run]:
    """Join runs with the ledger, which knows how far their jobs are; changes nothing."""
    jobs = {job.id: job for kind in JOB_KINDS for job in ledger().records(kind=kind)}
    return [_with_job(run, jobs[run.run_id]) if run.run_id in jobs else run for run in runs]


def _with_job(run: Run, job: Record) -> Run:
    progress = Progress(**job.progress) if "fraction" in job.progress else None
    ended = datetime.fromtimestamp(job.ended, UTC) if job.ended else None
    return replace(
        run, state=job.state, reason=run.reason or job.reason, progress=progress, ended=run.ended or ended
    )  # fmt: skip


def earlier(key: str) -> Run | None:
    """Return the newest finished run of the same specification key, if there is one."""
    from mlflow.entities import ViewType

    query = f"tags.`{PREFIX}key` = '{key}' and tags.`{PREFIX}state` = '{State.FINISHED.value}'"
    with registry_errors():
        found = client().search_runs([experiment_id()], query, ViewType.ACTIVE_ONLY, 1)
    return from_mlflow(found[0]) if found else None
