"""A model fitted for a look, while somebody moves its sliders: judged on validation images, stored nowhere."""

from __future__ import annotations

import time
from functools import lru_cache

import numpy as np
import psutil

from core.data.sources import load_expected
from core.evaluation.metrics import confusion_matrix
from core.jobs.features import fitted_features
from core.jobs.questions.kept import Answer, Question
from core.models.kind import Silent, TrainingData
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe import Recipe

FUNCTION = "core.jobs.questions.instant:run"


def question(specification: Specification, fingerprint: str) -> Question:
    """Ask how well a specification does; without a title, as nobody wants to be told of every move of a slider."""
    return Question(FUNCTION, (specification.model_dump_json(), fingerprint))


def run(specification: str, fingerprint: str) -> Answer:
    """Fit a model in a worker, which keeps the features of the last recipe at hand.

    Returns
    -------
    dict of ndarray
        `confusion` (10, 10) int64, true digits in rows; `seconds` () float64 of the fit.

    Raises
    ------
    DataError
        The worker holds another data set than the one that was asked about.
    """
    asked = Specification.from_json(specification)
    data = _prepared(asked.recipe.model_dump_json(), asked.experiment.model_dump_json(), asked.seed, fingerprint)
    started = time.perf_counter()
    native = asked.kind.fit(
        data, asked.checked_parameters(), seed=asked.seed, threads=psutil.cpu_count() or 1, monitor=Silent()
    )
    seconds = time.perf_counter() - started
    predicted = asked.kind.scores(native, data.validation_features).argmax(axis=1)
    return {"confusion": confusion_matrix(data.validation_labels, predicted), "seconds": np.array(seconds)}


@lru_cache(maxsize=1)
def _prepared(recipe: str, experiment: str, seed: int, fingerprint: str) -> TrainingData:
    dataset = load_expected(fingerprint)
    chosen = Experiment.model_validate_json(experiment)
    images, labels = chosen.apply(dataset.train.images, dataset.train.labels, seed=seed)
    pipeline, features = fitted_features(Recipe.model_validate_json(recipe), images)
    judges = pipeline.transform(dataset.validation.images)
    return TrainingData(features, labels, judges, dataset.validation.labels, images, pipeline.transform)
