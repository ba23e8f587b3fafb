"""From a specification and a data set to a model that is fitted, calibrated and written to a folder."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from core.arrays import Float32Array, UInt8Array
from core.data.dataset import Dataset
from core.errors import TrainingError
from core.evaluation.calibration import fit_temperature
from core.jobs.beginning import beginning, mean_network
from core.jobs.features import fitted_features
from core.jobs.monitor import RunMonitor
from core.models.kind import TrainingData
from core.models.serving.export import assemble
from core.models.serving.predictor import MODEL_FILE, SPECIFICATION_FILE, Predictor
from core.models.specification import Specification
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.script import picture_script
from core.runs import artifacts
from core.runs.history import HistoryWriter
from core.runs.model_cache import predictor
from core.runs.teaching import teacher

logger = logging.getLogger(__name__)


def fit(specification: Specification, dataset: Dataset, monitor: RunMonitor) -> tuple[Any, Pipeline, float]:
    """Fit a model on the training images; returns the native model, its preprocessing, and the seconds that it took.

    Where it is the mean of others, nothing is fitted.
    """
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
        teach=_teaching(specification, dataset),
    )
    if specification.averaged:
        native = mean_network(specification, train_features)
    else:
        native = kind.fit(
            data,
            specification.checked_parameters(),
            seed=specification.seed,
            threads=psutil.cpu_count() or 1,
            monitor=RunMonitor(monitor.lease, 0.05, 0.92, echo=monitor.echo, history=_history(specification, monitor)),
            **beginning(specification, monitor.lease.job_id, data),
        )
    return native, pipeline, time.perf_counter() - started


def _teaching(specification: Specification, dataset: Dataset) -> Callable[[UInt8Array], Float32Array] | None:
    if specification.teacher is None:
        return None
    return predictor(teacher(specification.teacher, specification.kind, dataset)).predict_proba


def _history(specification: Specification, monitor: RunMonitor) -> HistoryWriter | None:
    unit = specification.kind.learns_in
    return HistoryWriter(monitor.lease.job_id, unit) if unit else None


def export(native: Any, pipeline: Pipeline, specification: Specification, dataset: Dataset, folder: Path) -> Predictor:
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
    exported = Predictor(graph, specification)
    agreement = np.mean(exported.predict(dataset.validation.images) == scores.argmax(axis=1))
    logger.info("temperature %.4f, ONNX agrees with the native model on %.4f", temperature, agreement)
    return exported
