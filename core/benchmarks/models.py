"""Fit time and error of the models beside their peers, on the full MNIST."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import mean
from typing import Any

import numpy as np

from core.benchmarks.keras_example import train_by_epoch
from core.benchmarks.row import Row
from core.data.dataset import Dataset
from core.data.sources import load_dataset
from core.errors import DataError
from core.jobs.training import run_training
from core.models.specification import Specification
from core.runs import registry
from core.runs.run import Run

SEEDS = (0, 1, 2)
TARGET = 0.99
PEER_EPOCHS = 15
QUICK_IMAGES = 4000


def cnn(quick: bool, final: bool) -> list[Row]:
    """Measure the time to 99.0 % of the fast preset beside Keras' example; with `final` the reference's error."""
    dataset = full_mnist()
    split = "test" if final else "validation"
    seeds = SEEDS[:1] if quick else SEEDS
    ours = [_train("cnn", "fast", seed, quick) for seed in seeds]
    peer = [_peer_cnn(dataset, split, seed, 1 if quick else PEER_EPOCHS) for seed in seeds]
    rows = [
        Row(
            "CNN, fast preset: fit time", "s", _fit_seconds(ours), _peer_title(quick), peer, None if quick else 1 / 6,
            note=f"our {split} accuracy: {_accuracies(ours, split)}; one evaluation after a fixed schedule",
        ),
        _error_row("CNN, fast preset: error", ours, split, None if quick else 1 - TARGET),
    ]  # fmt: skip
    if final and not quick:
        reference = [_train("cnn", "reference", seed, quick) for seed in SEEDS]
        rows.append(_error_row("CNN, reference preset: error", reference, split, 0.0025))
    return rows


def svm(quick: bool, final: bool) -> list[Row]:
    """Return the SVM's fit time, predict time and error beside scikit-learn's `SVC(C=10)` on raw pixels."""
    from sklearn.svm import SVC

    peer = _peer_scikit(SVC(C=10), quick, final)
    return _against_scikit("SVM", "svm", peer, quick, final, fit=0.02, predict=0.02, error=0.0057, reference=0.0042)


def forest(quick: bool, final: bool) -> list[Row]:
    """Return the forest's fit time and error beside scikit-learn's `RandomForestClassifier(100)` on raw pixels."""
    from sklearn.ensemble import RandomForestClassifier

    peer = _peer_scikit(RandomForestClassifier(100, n_jobs=-1, random_state=0), quick, final)
    return _against_scikit("forest", "forest", peer, quick, final, fit=1.0, predict=None, error=0.012, reference=None)


def _against_scikit(
    title: str, model: str, peer: dict[str, float], quick: bool, final: bool, **reach: float | None
) -> list[Row]:
    split = "test" if final else "validation"
    ours = [_train(model, "default", seed, quick) for seed in (SEEDS[:1] if quick else SEEDS)]
    rows = [
        Row(f"{title}, default: fit time", "s", _fit_seconds(ours), peer_name(model), [peer["fit"]], reach["fit"]),
        Row(
            f"{title}, default: predict time of 10,000", "s", [run.seconds["predict"] for run in ours],
            peer_name(model), [peer["predict"]], reach["predict"],
        ),
        _error_row(f"{title}, default: error", ours, split, reach["error"], peer_name(model), [peer["error"]]),
    ]  # fmt: skip
    if reach["reference"] and not quick:
        best = [_train(model, "reference", 0, quick)]
        rows.append(Row(f"{title}, reference: fit time", "s", _fit_seconds(best), peer_name(model), [peer["fit"]], 1.0))
        rows.append(_error_row(f"{title}, reference: error", best, split, reach["reference"]))
    return rows


def peer_name(model: str) -> str:
    """Return what stands beside a model."""
    return "SVC(C=10) on raw pixels" if model == "svm" else "RandomForestClassifier(100) on raw pixels"


def _peer_title(quick: bool) -> str:
    return "Keras example, one epoch" if quick else "Keras example until 99.0 %"


def _train(model: str, preset: str, seed: int, quick: bool) -> Run:
    """Train as the command line does; the run stays in the registry."""
    from core.preprocessing.experiments import Experiment

    changes: dict[str, Any] = {"experiment": Experiment.limited(QUICK_IMAGES)} if quick else {}
    specification = Specification.from_preset(model, preset, seed=seed, **changes)
    run = registry.create(specification, load_dataset().fingerprint, name=f"benchmark {model} {preset}, seed {seed}")
    return run_training(run.run_id)


def _peer_cnn(dataset: Dataset, split: str, seed: int, epochs: int) -> float:
    spent = float("nan")
    for _, spent, accuracy in train_by_epoch(dataset, split, epochs, seed):  # noqa: B007 - the last one counts
        if accuracy >= TARGET:
            break
    return spent


def _peer_scikit(estimator: Any, quick: bool, final: bool) -> dict[str, float]:
    dataset = full_mnist()
    count = QUICK_IMAGES if quick else len(dataset.train)
    judge = dataset.test if final else dataset.validation
    rows = _flat(dataset.train.images[:count])
    started = time.perf_counter()
    estimator.fit(rows, dataset.train.labels[:count])
    fitted = time.perf_counter()
    error = float(np.mean(estimator.predict(_flat(judge.images)) != judge.labels))
    predict = (time.perf_counter() - fitted) * 10_000 / len(judge)
    return {"fit": fitted - started, "predict": predict, "error": error}


def _flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / 255


def _fit_seconds(runs: Sequence[Run]) -> list[float]:
    return [run.seconds["fit"] for run in runs]


def _accuracies(runs: Sequence[Run], split: str) -> str:
    return ", ".join(f"{100 * run.metrics[f'{split}_accuracy']:.2f} %" for run in runs)


def _error_row(
    what: str, runs: Sequence[Run], split: str, reach: float | None, peer: str = "", peer_errors: Sequence[float] = ()
) -> Row:
    errors = [round(1 - run.metrics[f"{split}_accuracy"], 9) for run in runs]  # 0.0057, not 0.00570...04
    told = f"share of {split} images; mean {100 * mean(errors):.2f} %"
    row = Row(what, "share", errors, reach=reach, note=told)
    if peer:
        return Row(what, "share", errors, reach=reach, note=f"{told}; {peer}: {100 * peer_errors[0]:.2f} %")
    return row


def full_mnist() -> Dataset:
    """Return the full MNIST; raises DataError where only the sample is at hand."""
    dataset = load_dataset()
    if dataset.is_sample:
        raise DataError(
            "This benchmark needs the full MNIST: set DIGITLAB_DATA_DIR, or `python -m core data --download`."
        )
    return dataset
