"""Runs in MLflow: created, brought from state to state, listed, found."""

from __future__ import annotations

import getpass
import itertools
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from math import isfinite
from typing import Any

from core.errors import InputError, ReadOnlyError, RegistryError, UnknownRunError
from core.models.changes import name_of
from core.models.specification import Specification
from core.runs import artifacts, mlflow_fields
from core.runs.database import client, experiment_id, patiently, registry_errors
from core.runs.names import checked_name, clean_name
from core.runs.run import CURVE_PREFIX, PREFIX, SECONDS_PREFIX, Run, State, from_mlflow
from core.settings import settings

LEASE_SECONDS = 60.0
"""Longer than a database may be locked by somebody else while a lease is to be renewed."""
PAGE = 1000
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
        "lease": str(time.time() + LEASE_SECONDS),
        "group": group,
        "seen_judges": str(trained_on_evaluation_data).lower(),
    }
    with registry_errors():
        stored = client().create_run(
            experiment_id(),
            run_name=wanted or unused_name(clean_name(name_of(specification))),
            tags=mlflow_fields.tags(specification, tags["owner"]) | {PREFIX + tag: tags[tag] for tag in tags},
        )
        _log_parameters(stored.info.run_id, specification)
        client().update_run(stored.info.run_id, status=MLFLOW_STATUS[State.QUEUED])
        return from_mlflow(stored)


def _log_parameters(run_id: str, specification: Specification) -> None:
    from mlflow.entities import Param

    rows = [Param(name, value) for name, value in mlflow_fields.params(specification).items()]
    client().log_batch(run_id, params=rows)


def unused_name(name: str) -> str:
    """Return the name itself, or "name (2)" where a run has it already, and so on."""
    beginning = name.replace("%", "_")  # which LIKE takes for any letter
    with registry_errors():
        found = client().search_runs([experiment_id()], f"attributes.run_name LIKE '{beginning}%'", max_results=PAGE)
    taken = {run.info.run_name for run in found}
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def local_user() -> str:
    """Return the operating system's name of who runs this process."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def require_writable() -> None:
    """Raise ReadOnlyError where nothing may be started or changed."""
    if settings().readonly:
        raise ReadOnlyError("Digit Lab is in read-only mode (DIGITLAB_MODE=readonly); no runs can be started.")


def change(run_id: str, **tags: str) -> None:
    """Set Digit Lab's own tags of a run."""
    from mlflow.entities import RunTag

    patiently(lambda: client().log_batch(run_id, tags=[RunTag(PREFIX + name, value) for name, value in tags.items()]))


def enter(run_id: str, state: State, *, reason: str = "") -> None:
    """Bring a run to a state, with the reason where there is one."""
    tags = {"state": state.value}
    if reason:
        tags["reason"] = reason
    if not state.active:
        tags["ended"] = str(time.time())
    change(run_id, **tags)
    patiently(lambda: client().update_run(run_id, status=MLFLOW_STATUS[state]))


def renew_lease(run_id: str, seconds: float = LEASE_SECONDS) -> None:
    """Promise that the process behind a run is alive for `seconds` more."""
    change(run_id, lease=str(time.time() + seconds))


def report_progress(run_id: str, fraction: float, message: str) -> None:
    """Store how far a run is; `fraction` 0..1."""
    change(run_id, progress=json.dumps({"fraction": fraction, "message": message, "at": time.time()}))


def log_metrics(run_id: str, metrics: Mapping[str, float], *, step: int = 0, prefix: str = "") -> None:
    """Store figures of a run; those that are not finite are left out, as databases differ in what they take."""
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    rows = [Metric(prefix + name, float(value), now, step) for name, value in metrics.items() if isfinite(value)]
    patiently(lambda: client().log_batch(run_id, metrics=rows))


def log_curve(run_id: str, step: int, metrics: Mapping[str, float]) -> None:
    """Store one step of the learning curves."""
    log_metrics(run_id, metrics, step=step, prefix=CURVE_PREFIX)


def log_seconds(run_id: str, seconds: Mapping[str, float]) -> None:
    """Store how long a run's parts took."""
    log_metrics(run_id, seconds, prefix=SECONDS_PREFIX)


def request_stop(run_id: str) -> None:
    """Ask a running fit to end with the best it has; it is then judged like any other."""
    require_writable()
    change(run_id, request="stop")


def stop_requested(run_id: str) -> bool:
    """Return whether `request_stop` was called for a run."""
    with registry_errors():
        return str(client().get_run(run_id).data.tags.get(PREFIX + "request", "")) == "stop"


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
            return _judged(from_mlflow(client().get_run(run_id)))
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
                return [_judged(from_mlflow(run)) for run in stored]


def _judged(run: Run) -> Run:
    """Bring a run whose lease has expired to interrupted, and discard its parts; the process behind it is gone."""
    if not run.state.active or run.lease > time.time() or run.deleted:
        return run
    parent = ", or continue from the parent run" if run.specification and run.specification.parent else ""
    reason = f"The process that executed it has ended; train again{parent}."
    if not settings().readonly:
        with suppress(RegistryError):  # a full disk or a locked database: whoever looks next writes it down
            artifacts.discard(run.run_id)
            enter(run.run_id, State.INTERRUPTED, reason=reason)
    return replace(run, state=State.INTERRUPTED, reason=reason)


def earlier(key: str) -> Run | None:
    """Return the newest finished run of the same specification key, if there is one."""
    from mlflow.entities import ViewType

    query = f"tags.`{PREFIX}key` = '{key}' and tags.`{PREFIX}state` = '{State.FINISHED.value}'"
    with registry_errors():
        found = client().search_runs([experiment_id()], query, ViewType.ACTIVE_ONLY, 1)
    return from_mlflow(found[0]) if found else None
