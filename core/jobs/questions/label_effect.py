"""What reviewed labels change, as a job whose answer is kept: the fast SVM with them and without, on validation."""

from __future__ import annotations

import numpy as np

from core.data.sources import load_expected
from core.jobs.features import fitted_features
from core.jobs.monitor import monitor_of_job
from core.jobs.questions.kept import Answer, Question
from core.jobs.tuning.trial_evaluation import THREADS
from core.models.kind import TrainingData
from core.models.specification import Specification
from core.preprocessing.experiments import Correction, Experiment

FUNCTION = "core.jobs.questions.label_effect:run"
MODEL, PRESET = "svm", "fast"


def question(corrections: tuple[Correction, ...], fingerprint: str) -> Question:
    """Ask what the fast SVM reads in the validation images when it was trained with reviewed labels."""
    experiment = Experiment(corrections=corrections).model_dump_json()
    return Question(FUNCTION, (experiment, fingerprint), title="the effect of reviewed labels")


def run(experiment: str, fingerprint: str) -> Answer:
    """Train in a worker.

    Returns
    -------
    dict of ndarray
        `predictions` (validation images,) uint8.

    Raises
    ------
    DataError
        The worker holds another data set than the one that was asked about.
    """
    dataset = load_expected(fingerprint)
    asked = Specification.from_preset(MODEL, PRESET, experiment=Experiment.model_validate_json(experiment))
    images, labels = asked.experiment.apply(dataset.train.images, dataset.train.labels, seed=asked.seed)
    pipeline, features = fitted_features(asked.recipe, images)
    judged = pipeline.transform(dataset.validation.images)
    data = TrainingData(features, labels, judged, dataset.validation.labels, images, pipeline.transform)
    native = asked.kind.fit(
        data, asked.checked_parameters(), seed=asked.seed, threads=THREADS, monitor=monitor_of_job()
    )
    return {"predictions": asked.kind.scores(native, judged).argmax(axis=1).astype(np.uint8)}
