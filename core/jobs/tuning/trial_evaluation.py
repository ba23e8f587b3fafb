"""One trial of a search: parameters in, a validation score out. It sees training and validation rows, no test row.

Intermediate scores have a step: folds done, epochs done, or ninths of the training images learned from (1, 3, 9), so
that Hyperband and the median can end a poor trial early whatever the model.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from core.data.sources import load_expected
from core.errors import DataError, DigitLabError
from core.jobs.features import fitted_features
from core.jobs.tuning.request import Search
from core.jobs.tuning.trial_reporter import TrialReporter
from core.ledger.lease import current_lease
from core.models.kind import Monitor, Silent, TrainingData
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
    seconds : float
        Of fitting and judging; the features, which trials share, are not counted.
    pruned : bool
        Whether it ended early because it was poor.
    """

    accuracy: float
    folds: tuple[float, ...]
    seconds: float
    pruned: bool = False


class PrunedError(Exception):
    """The trial need not go on; raised and caught in this module."""


def run_trial(search_json: str, values: dict[str, Any]) -> dict[str, Any]:
    """Evaluate one trial; what a worker process is given to do.

    Returns
    -------
    dict
        `score` as the fields of `Score`, or `refused` (this worker cannot, others may) or `failed` with a sentence;
        `started` and `ended` in seconds since the epoch; `worker` as host and process.
    """
    started, lease = time.time(), current_lease()
    assert lease is not None, "a worker evaluates it as a job"
    search = Search.from_json(search_json)
    try:
        data = search_data(search.fingerprint, search.limit, search.seed)
        score = evaluate(search, values, data, TrialReporter(lease, waits=search.pruner != "none"))
        ended: dict[str, Any] = {"score": vars(score)}
    except DataError as error:
        ended = {"refused": str(error)}
    except DigitLabError as error:
        ended = {"failed": str(error)}
    return {**ended, "started": started, "ended": time.time(), "worker": worker_name()}


def worker_name() -> str:
    """Return host and process of this worker."""
    return f"{platform.node()} {os.getpid()}"


@lru_cache(maxsize=1)
def search_data(fingerprint: str, limit: int | None, seed: int) -> SearchData:
    """Return training and validation rows of the data set at hand; read once a process.

    Raises
    ------
    DataError
        This process holds other data than the search was asked on.
    """
    dataset = load_expected(fingerprint)
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
    return Evaluation(search, values, data, watch).score()


class Evaluation:
    """One choice of parameters on its way to a score; `evaluate` in parts."""

    def __init__(self, search: Search, values: Mapping[str, Any], data: SearchData, watch: Watcher) -> None:
        self._search, self._data, self._watch = search, data, watch
        self._parameters = search.kind.parameters.model_validate({**search.parameters, **values})
        self._reached = 0.0
        self._seconds = 0.0

    def score(self) -> Score:
        """Fit as often as the search's way of judging asks for."""
        try:
            folds = self._by_folds() if self._search.folds else (self._held_out(),)
        except PrunedError:
            return Score(self._reached, (self._reached,), self._seconds, pruned=True)
        return Score(float(np.mean(folds)), folds, self._seconds)

    def _by_folds(self) -> tuple[float, ...]:
        accuracies: list[float] = []
        for fold, (train, judge) in enumerate(_folds(self._search, self._data.train), start=1):
            features = _features(self._search, self._data, f"fold {fold}", train, judge)
            accuracies.append(self._fit_and_judge(features, Silent()))
            self._tell(fold, float(np.mean(accuracies)))
        return tuple(accuracies)

    def _held_out(self) -> float:
        features = _features(self._search, self._data, "all", self._data.train, self._data.validation)
        if self._search.by_epochs:
            return self._fit_and_judge(features, EpochMonitor(self._tell))
        accuracy = 0.0
        for ninths in SUBSETS if self._search.pruner != "none" else SUBSETS[-1:]:
            accuracy = self._fit_and_judge(share(features, ninths, self._search.seed), Silent())
            self._tell(ninths, accuracy)
        return accuracy

    def _tell(self, step: int, accuracy: float) -> None:
        self._reached = accuracy
        if not self._watch(step, accuracy):
            raise PrunedError

    def _fit_and_judge(self, features: TrainingData, monitor: Monitor) -> float:
        search, kind = self._search, self._search.kind
        started = time.perf_counter()
        try:
            native = kind.fit(features, self._parameters, seed=search.seed, threads=THREADS, monitor=monitor)
            scores = kind.scores(native, features.validation_features)
        finally:
            self._seconds += time.perf_counter() - started
        return float(np.mean(scores.argmax(axis=1) == features.validation_labels))


def _folds(search: Search, rows: Rows) -> Iterator[tuple[Rows, Rows]]:
    from sklearn.model_selection import StratifiedKFold

    splitter = StratifiedKFold(search.folds, shuffle=True, random_state=search.seed)
    for train, judge in splitter.split(rows.labels, rows.labels):
        yield rows[train], rows[judge]


def share(whole: TrainingData, ninths: int, seed: int) -> TrainingData:
    """Return a stratified share of the training rows.

    Each larger one holds the smaller. The recipe stays fitted on all.
    """
    if ninths == SUBSETS[-1]:
        return whole
    size = max(10, len(whole.train_labels) * ninths // SUBSETS[-1])
    kept = stratified(whole.train_labels, size, np.random.default_rng([seed, 3]))
    return replace(
        whole,
        train_features=whole.train_features[kept],
        train_labels=whole.train_labels[kept],
        train_images=whole.train_images[kept],
    )


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
