"""The training job: a queued run in, a finished run out, whole or not at all."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from core.data.dataset import Dataset, Split
from core.data.sources import load_expected
from core.errors import DigitLabError, GivenUpError, RegistryError, TrainingError
from core.evaluation.calibration import fit_temperature
from core.evaluation.metrics import evaluate
from core.jobs.beginning import beginning
from core.jobs.features import fitted_features
from core.jobs.hardware import environment
from core.jobs.monitor import RunMonitor
from core.jobs.support_vectors import keep_support
from core.jobs.training_log import log_to, store_log
from core.ledger.current import ledger
from core.ledger.lease import Lease, current_lease, working_under
from core.ledger.states import State
from core.logs import about
from core.models.kind import TrainingData
from core.models.serving.export import assemble
from core.models.serving.predictor import MODEL_FILE, SPECIFICATION_FILE, Predictor, latency
from core.models.specification import Specification
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.script import picture_script
from core.runs import artifacts, checkpoints, registry
from core.runs.begun import begin_here
from core.runs.continuing import require_resumable
from core.runs.history import HistoryWriter
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
    fitted, pipeline, fit_seconds = _fit(specification, dataset, monitor)
    monitor.report(0.93, "exporting and calibrating")
    predictor = _export(fitted, pipeline, specification, dataset, folder)
    keep_support(fitted, specification, dataset, folder / artifacts.MODEL)
    seconds = {"load": loaded, "fit": fit_seconds, **_judge(predictor, dataset, run, folder, monitor)}
    monitor.report(0.98, "storing the model")
    monitor.lease.check()
    artifacts.store(run.run_id, folder)
    registry.log_seconds(run.run_id, {**seconds, "total": time.perf_counter() - started})
    _finish(run.run_id, monitor.lease, STOPPED if monitor.stop_requested() else "")


def _finish(run_id: str, lease: Lease, reason: str) -> None:
    """End the job, unless another process has taken it or somebody has cancelled it meanwhile."""
    if not lease.end(State.FINISHED, reason):
        raise GivenUpError("The run was given up while its process could not reach the ledger; train it again.")
    checkpoints.remove(run_id)
    settle(run_id)


def _fit(specification: Specification, dataset: Dataset, monitor: RunMonitor) -> tuple[Any, Pipeline, float]:
    kind = specification.kind
    rows = specification.experiment.apply(dataset.train.images, dataset.train.labels, seed=specification.seed)
    started = time.perf_counter()
    monitor.report(0.01, f"preprocessing {len(rows[0]):,} images")
    pipeline, train_features = fitted_features(specification.recipe, rows[0])
    data = TrainingData(
        train_features=train_features,
        train_labels=rows[1],
        validation_features=pipeline.transform(dataset.validation.images),
        validation_labels=dataset.validation.labels,
        train_images=rows[0],
        featurise=pipeline.transform,
        augmentation=specification.augmentation,
    )
    native = kind.fit(
        data,
        specification.checked_parameters(),
        seed=specification.seed,
        threads=psutil.cpu_count() or 1,
        monitor=RunMonitor(monitor.lease, 0.05, 0.92, echo=monitor.echo, history=_history(specification, monitor)),
        **beginning(specification, monitor.lease.job_id, data),
    )
    return native, pipeline, time.perf_counter() - started


def _history(specification: Specification, monitor: RunMonitor) -> HistoryWriter | None:
    unit = specification.kind.learns_in
    return HistoryWriter(monitor.lease.job_id, unit) if unit else None


def _export(native: Any, pipeline: Pipeline, specification: Specification, dataset: Dataset, folder: Path) -> Predictor:
    """Write the served model, the native one and the picture script, and return what was written, loaded again."""
    kind = specification.kind
    scores = kind.scores(native, pipeline.transform(dataset.validation.images))
    if not np.isfinite(scores).all():
        raise TrainingError("The model's scores are not numbers (NaN); lower the learning rate or change the recipe.")
    known = ~np.isin(dataset.validation.labels, specification.experiment.left_out)
    temperature = fit_temperature(scores[known], dataset.validation.labels[known])
    graph = assemble(kind.to_onnx(native), pipeline.learned, temperature).SerializeToString()
    served = folder / artifacts.MODEL
    served.mkdir()
    (served / MODEL_FILE).write_bytes(graph)
    (served / SPECIFICATION_FILE).write_text(specification.model_dump_json(indent=1), "utf-8")
    (served / "preprocess.py").write_text(picture_script(specification.recipe), "utf-8")
    (folder / artifacts.NATIVE).mkdir()
    kind.save(native, folder / artifacts.NATIVE / kind.native_file)
    predictor = Predictor(graph, specification)
    agreement = np.mean(predictor.predict(dataset.validation.images) == scores.argmax(axis=1))
    logger.info("temperature %.4f, ONNX agrees with the native model on %.4f", temperature, agreement)
    return predictor


def _judge(predictor: Predictor, dataset: Dataset, run: Run, folder: Path, monitor: RunMonitor) -> dict[str, float]:
    """Open the validation and the test images, once, and store predictions and metrics; returns seconds."""
    monitor.report(0.95, "evaluating on validation and test images")
    validation, _ = _predict(predictor, dataset.validation)
    test, seconds = _predict(predictor, dataset.test)
    artifacts.Predictions(validation, test).save(folder / artifacts.PREDICTIONS)
    for split, probabilities in (("validation", validation), ("test", test)):
        figures = evaluate(dataset.evaluation_split(split).labels, probabilities).metrics()
        registry.log_metrics(run.run_id, figures, prefix=f"{split}_")
    return {"predict": seconds, "latency": latency(predictor, dataset.validation.images[:1])}


def _predict(predictor: Predictor, split: Split) -> tuple[np.ndarray, float]:
    started = time.perf_counter()
    probabilities = predictor.predict_proba(split.images)
    return probabilities, time.perf_counter() - started


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


def cancel_unfinished(run: Run) -> bool:
    """Cancel a training of this process, whatever moment it was interrupted in; False for one that had finished."""
    if registry.get(run.run_id).state.active:
        if ledger().record(run.run_id) is None:
            ledger().add(run.run_id, "training", run.owner)
        if ledger().end(run.run_id, State.CANCELLED, "Cancelled by its owner."):
            settle(run.run_id)
    return registry.get(run.run_id).state is State.CANCELLED


def settle(run_id: str) -> None:
    """Write into a run how its job has ended, as the ledger says; changes nothing while the job is to end.

    What an interrupted or cancelled run had stored is deleted, unless its process may still live on another machine;
    of an interrupted one the history of its epochs stays.
    """
    job = ledger().record(run_id)
    if job is None or job.state.active:
        return
    reason = job.reason
    if job.state is State.CANCELLED:
        artifacts.discard(run_id)
        checkpoints.remove(run_id)
    elif job.state is State.INTERRUPTED and ledger().surely_gone(job):
        artifacts.discard(run_id, keep=(artifacts.HISTORY,))
    if job.state is State.INTERRUPTED:
        specification = registry.get(run_id).specification
        kept = "resume it from its last epoch, or " if checkpoints.exists(run_id) else ""
        parent = ", or continue from the parent run" if specification and specification.parent else ""
        reason = f"{job.reason.rstrip('.')}; {kept}train again{parent}."
    registry.enter(run_id, job.state, reason=reason)
    ledger().settle(run_id)


def _in_words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "The worker ran out of memory; train on fewer images or with a smaller model."
    if isinstance(error, OSError):
        return f"The training could not read or write a file: {error.strerror or error}."
    first_line = (str(error).strip().splitlines() or [""])[0]
    return f"The training failed unexpectedly ({type(error).__name__}: {first_line[:200]}); its log has the details."
