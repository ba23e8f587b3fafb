"""One trial of a search: parameters in, a validation score out. It sees training and validation rows, no test row.

Intermediate scores have a step: folds done, epochs done, or ninths of the training images learned from (1, 3, 9), so
that Hyperband and the median can end a poor trial early whatever the model.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from core.data.sources import load_dataset
from core.errors import DataError, DigitLabError
from core.jobs.features import fitted_features
from core.jobs.tuning_board import Watch
from core.jobs.tuning_request import Search
from core.models.kind import Silent, TrainingData
from core.preprocessing.experiments import Experiment, stratified

Watcher = Callable[[int, float], bool]
"""Told a step and its score; says whether to go on."""

SUBSETS = (1, 3, 9)
KEPT = 3
THREADS = 1


@dataclass(frozen=True, eq=False)
class Rows:
    """Pictures (n, 28, 28) uint8 and their labels (n,) uint8."""

    images: np.ndarray
    labels: np.ndarray

    def __getitem__(self, positions: np.ndarray) -> Rows:
        return Rows(self.images[positions], self.labels[positions])


@dataclass(frozen=True, eq=False)
class SearchData:
    """What a search may see: rows to learn from and rows to judge with; and the features made of them so far."""

    train: Rows
    validation: Rows
    made: dict[str, TrainingData] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """How a trial ended.

    Attributes
    ----------
    accuracy : float
        On validation rows, 0 to 1; the mean over the folds where there are any.
    folds : tuple of float
        Each fold's accuracy; one for a hold-out.
    pruned : bool
        Whether it ended early because it was poor.
    """

    accuracy: float
    folds: tuple[float, ...]
    pruned: bool = False


class PrunedError(Exception):
    """The trial need not go on; raised and caught in this module."""


def run_trial(job_id: str, search_json: str, values: dict[str, Any]) -> dict[str, Any]:
    """Evaluate one trial; what a worker process is given to do.

    Returns
    -------
    dict
        `score` as the fields of `Score`, or `refused` (this worker cannot, others may) or `failed` with a sentence;
        `seconds` of work once the data is read; `started` and `ended` in seconds since the epoch; `worker` as host and
        process.
    """
    started = time.time()
    search = Search.from_json(search_json)
    clock = time.perf_counter()
    try:
        data = search_data(search.fingerprint, search.limit, search.seed)
        clock = time.perf_counter()
        score = evaluate(search, values, data, Watch(job_id, waits=search.pruner != "none"))
        ended: dict[str, Any] = {"score": vars(score)}
    except DataError as error:
        ended = {"refused": str(error)}
    except DigitLabError as error:
        ended = {"failed": str(error)}
    seconds = time.perf_counter() - clock
    return {**ended, "seconds": seconds, "started": started, "ended": time.time(), "worker": worker_name()}


def worker_name() -> str:
    """Host and process of this worker."""
    return f"{platform.node()} {os.getpid()}"


@lru_cache(maxsize=1)
def search_data(fingerprint: str, limit: int | None, seed: int) -> SearchData:
    """Training and validation rows of the data set at hand; read once a process.

    Raises
    ------
    DataError
        This process holds other data than the search was asked on.
    """
    dataset = load_dataset()
    if dataset.fingerprint != fingerprint:
        raise DataError(
            f"The worker on {platform.node()} holds other data ({dataset.name}) than the search was started on; "
            "give it the same data (DIGITLAB_DATA_DIR, or `python -m core data --download` there)."
        )
    rows = Experiment(limit=limit).apply(dataset.train.images, dataset.train.labels, seed=seed)
    return SearchData(Rows(*rows), Rows(dataset.validation.images, dataset.validation.labels))


def evaluate(search: Search, values: Mapping[str, Any], data: SearchData, watch: Watcher) -> Score:
    """Fit and judge one choice of parameters.

    Parameters
    ----------
    values : mapping
        The searched parameters.
    watch : callable
        Told each intermediate score; False ends the trial as pruned.
    """
    reached: list[float] = []

    def told(step: int, accuracy: float) -> None:
        reached.append(accuracy)
        if not watch(step, accuracy):
            raise PrunedError

    parameters = search.kind.parameters.checked({**search.parameters, **values})
    try:
        if search.folds:
            return _by_folds(search, parameters, data, told)
        accuracy = _held_out(search, parameters, data, told)
    except PrunedError:
        return Score(reached[-1], (reached[-1],), pruned=True)
    return Score(accuracy, (accuracy,))


def _by_folds(search: Search, parameters: Any, data: SearchData, told: Callable[[int, float], None]) -> Score:
    accuracies: list[float] = []
    for fold, (train, judge) in enumerate(_folds(search, data.train), start=1):
        features = _features(search, data, f"fold {fold}", train, judge)
        accuracies.append(_fit_and_judge(search, parameters, features, Silent()))
        told(fold, float(np.mean(accuracies)))
    return Score(float(np.mean(accuracies)), tuple(accuracies))


def _folds(search: Search, rows: Rows) -> Iterator[tuple[Rows, Rows]]:
    from sklearn.model_selection import StratifiedKFold

    splitter = StratifiedKFold(search.folds, shuffle=True, random_state=search.seed)
    for train, judge in splitter.split(rows.labels, rows.labels):
        yield rows[train], rows[judge]


def _held_out(search: Search, parameters: Any, data: SearchData, told: Callable[[int, float], None]) -> float:
    if search.by_epochs:
        features = _features(search, data, "all", data.train, data.validation)
        return _fit_and_judge(search, parameters, features, EpochMonitor(told))
    accuracy = 0.0
    for ninths in SUBSETS if search.pruner != "none" else SUBSETS[-1:]:
        rows = _share(data.train, ninths, search.seed)
        features = _features(search, data, f"{ninths} ninths", rows, data.validation)
        accuracy = _fit_and_judge(search, parameters, features, Silent())
        told(ninths, accuracy)
    return accuracy


def _share(rows: Rows, ninths: int, seed: int) -> Rows:
    """Stratified shares of the rows; each larger one holds the smaller."""
    if ninths == SUBSETS[-1]:
        return rows
    size = max(10, len(rows.labels) * ninths // SUBSETS[-1])
    return rows[stratified(rows.labels, size, np.random.default_rng([seed, 3]))]


def _features(search: Search, data: SearchData, part: str, train: Rows, judge: Rows) -> TrainingData:
    key = f"{search.recipe.key} {search.folds} {part} {search.augmentation.model_dump_json()}"
    if key not in data.made:
        while len(data.made) >= KEPT:
            data.made.pop(next(iter(data.made)))
        pipeline, features = fitted_features(search.recipe, train.images)
        data.made[key] = TrainingData(
            train_features=features,
            train_labels=train.labels,
            validation_features=pipeline.transform(judge.images),
            validation_labels=judge.labels,
            train_images=train.images,
            featurise=pipeline.transform,
            augmentation=search.augmentation,
        )
    return data.made[key]


def _fit_and_judge(search: Search, parameters: Any, features: TrainingData, monitor: Any) -> float:
    kind = search.kind
    native = kind.fit(features, parameters, seed=search.seed, threads=THREADS, monitor=monitor)
    scores = kind.scores(native, features.validation_features)
    return float(np.mean(scores.argmax(axis=1) == features.validation_labels))


class EpochMonitor(Silent):
    """Passes each epoch's validation accuracy on."""

    def __init__(self, told: Callable[[int, float], None]) -> None:
        self._told = told

    def report(
        self, fraction: float, message: str, *, step: int | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        """Tell a finished epoch; leaves the fit when the trial is pruned."""
        if step is not None and metrics and "validation_accuracy" in metrics:
            self._told(step, float(metrics["validation_accuracy"]))
