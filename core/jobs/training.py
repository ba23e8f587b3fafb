"""The training job: a queued run in, a finished run out, whole or not at all."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

from core.data.sources import load_expected
from core.errors import DigitLabError, GivenUpError, RegistryError, TrainingError
from core.jobs.fitting import export, fit
from core.jobs.hardware import environment
from core.jobs.judging import judge
from core.jobs.monitor import RunMonitor
from core.jobs.settling import settle
from core.jobs.support_vectors import keep_support
from core.jobs.training_log import log_to, store_log
from core.ledger.lease import Lease, current_lease, working_under
from core.ledger.states import State
from core.logs import about
from core.runs import artifacts, checkpoints, registry
from core.runs.averaging import figures_of
from core.runs.begun import begin_here
from core.runs.continuing import require_resumable
from core.runs.mlflow_fields import log_data
from core.runs.run import Run
from core.temporary import temporary_folder

logger = logging.getLogger(__name__)

STOPPED = "Stopped early on request; the best model so far was stored and evaluated."

Echo = Callable[[float, str], None]


def train(run_id: str) -> None:
    """Execute a queued run; what a worker process is given to do."""
    run_training(run_id)


def run_training(run_id: str, echo: Echo | None = None) -> Run:
    """Execute a queued run in this process, and return it as it ended.

    A failure is told in the run's reason and log, and raised again as the DigitLabError it is or became. Outside a
    worker the job is entered into the ledger here, and not queued again when this process dies.
    """
    run = registry.get(run_id)
    if not run.state.active:
        return run
    lease = current_lease()
    return _run(run, lease, echo) if lease is not None else _run_here(run, echo)


def resume_training(run: Run, echo: Echo | None = None) -> Run:
    """Go on with an interrupted run in this process, like `run_training`; raises InputError for any other run."""
    require_resumable(run)
    registry.enter_again(run.run_id)
    return _run_here(run, echo)


def _run_here(run: Run, echo: Echo | None) -> Run:
    lease = begin_here(run, "training")
    if lease is None:
        return registry.get(run.run_id)
    with working_under(lease):
        return _run(run, lease, echo)


def _run(run: Run, lease: Lease, echo: Echo | None) -> Run:
    with about(f"run {run.short_id}"), temporary_folder() as folder, log_to(folder / artifacts.LOG):
        try:
            _train(run, folder, RunMonitor(lease, echo=echo))
        except KeyboardInterrupt:
            if lease.end_or_later(State.CANCELLED, "Cancelled by its owner."):
                settle(run.run_id)
            raise
        except Exception as error:
            raise _failed(run, lease, folder, error) from error
    return registry.get(run.run_id)


def _train(run: Run, folder: Path, monitor: RunMonitor) -> None:
    started = time.perf_counter()
    registry.enter(run.run_id, State.RUNNING)
    registry.change(run.run_id, environment=json.dumps(environment()))
    monitor.report(0.0, "loading the data")
    dataset = load_expected(run.fingerprint)
    loaded = time.perf_counter() - started
    log_data(run.run_id, dataset)
    specification = run.specification
    if specification is None:
        raise TrainingError("Another version of Digit Lab wrote this run's specification; start it again.")
    fitted, pipeline, fit_seconds = fit(specification, dataset, monitor)
    before = sum(figures_of(run_id)[1].get("fit", 0.0) for run_id in specification.averaged)
    monitor.report(0.93, "exporting and calibrating")
    predictor = export(fitted, pipeline, specification, dataset, folder)
    keep_support(fitted, specification, dataset, folder / artifacts.MODEL)
    monitor.report(0.95, "evaluating on validation and test images")
    seconds = {"load": loaded, "fit": fit_seconds + before, **judge(predictor, dataset, run.run_id, folder)}
    monitor.report(0.98, "storing the model")
    monitor.lease.check()
    artifacts.store(run.run_id, folder)
    registry.log_seconds(run.run_id, {**seconds, "total": time.perf_counter() - started + before})
    _finish(run.run_id, monitor.lease, STOPPED if monitor.stop_requested() else "")


def _finish(run_id: str, lease: Lease, reason: str) -> None:
    """End the job, unless another process has taken it or somebody has cancelled it meanwhile."""
    if not lease.end(State.FINISHED, reason):
        raise GivenUpError("The run was given up while its process could not reach the ledger; train it again.")
    checkpoints.remove(run_id)
    settle(run_id)


def _failed(run: Run, lease: Lease, folder: Path, error: Exception) -> DigitLabError:
    """Store the traceback and the reason; nothing else of an unfinished run stays."""
    told = error if isinstance(error, DigitLabError) else TrainingError(_in_words(error))
    logger.error("The training failed: %s", error, exc_info=error)
    if isinstance(error, GivenUpError) or not lease.end_or_later(State.FAILED, str(told)):
        return told  # the run is another process's, or was cancelled: what is stored of it is not this one's to delete
    artifacts.discard(run.run_id, keep=(artifacts.HISTORY,))
    checkpoints.remove(run.run_id)
    try:
        store_log(run.run_id, folder)
    except (OSError, RegistryError) as lost:
        logger.warning("The log could not be stored: %s", lost)
    settle(run.run_id)
    return told


def _in_words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "The worker ran out of memory; train on fewer images or with a smaller model."
    if isinstance(error, OSError):
        return f"The training could not read or write a file: {error.strerror or error}."
    first_line = (str(error).strip().splitlines() or [""])[0]
    return f"The training failed unexpectedly ({type(error).__name__}: {first_line[:200]}); its log has the details."
