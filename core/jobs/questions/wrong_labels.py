"""Training labels that look wrong, as a job whose answer is kept: confident learning on out-of-fold probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import psutil

from core.arrays import Float32Array, IntArray, UInt8Array
from core.data.sources import load_expected
from core.evaluation.calibration import fit_temperature, softmax
from core.jobs.features import fitted_features
from core.jobs.monitor import monitor_of_job
from core.jobs.questions.kept import Answer, Question
from core.jobs.tuning.trial_evaluation import THREADS
from core.models.catalogue import kind_named
from core.models.kind import Monitor, Silent, TrainingData

FUNCTION = "core.jobs.questions.wrong_labels:run"
MODEL, PRESET = "svm", "fast"
FOLDS, SEED = 5, 0


def question(fingerprint: str) -> Question:
    """Ask which training labels of a data set look wrong."""
    return Question(FUNCTION, (fingerprint,), title="the search for wrong labels")


def run(fingerprint: str) -> Answer:
    """Search in a worker; see `search`.

    Raises
    ------
    DataError
        The worker holds another data set than the one that was asked about.
    """
    train = load_expected(fingerprint).train
    return search(train.images, train.labels, monitor_of_job(), threads=THREADS)


def search(images: UInt8Array, labels: UInt8Array, monitor: Monitor, *, threads: int = 0) -> Answer:
    """Find the labels of training images (n, 28, 28) uint8 that look wrong, (n,) uint8.

    Returns
    -------
    dict of ndarray
        `position` (k,) int64 of the images to review, those whose labels look wrong first; `wrong` () int64, how many
        these are; and `probabilities` (k, 10) float32 by models that were not trained on them.
    """
    probabilities = out_of_fold(images, labels, monitor, threads=threads)
    wrong = doubtful(labels, probabilities)
    position = to_review(wrong, labels, probabilities)
    return {"position": position, "wrong": np.array(len(wrong)), "probabilities": probabilities[position]}


def out_of_fold(images: UInt8Array, labels: UInt8Array, monitor: Monitor, *, threads: int = 0) -> Float32Array:
    """Return probabilities (n, 10) float32 of training images, each by an SVM that was trained without it.

    Five stratified folds. Features are made once of all images, as no label takes part in them. One temperature
    calibrates all scores. `threads` is that many, or one for each processor if 0.
    """
    from sklearn.model_selection import StratifiedKFold

    monitor.report(0.0, f"preprocessing {len(images):,} images")
    preset = kind_named(MODEL).presets[PRESET]
    pipeline, features = fitted_features(preset.recipe, images)
    scores = np.empty((len(labels), 10), np.float32)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(features, labels)
    for number, (rows, held_out) in enumerate(folds):
        data = TrainingData(
            features[rows], labels[rows], features[held_out], labels[held_out], images[rows], pipeline.transform
        )
        part = _Fold(monitor, number)
        native = kind_named(MODEL).fit(
            data, preset.parameters, seed=SEED, threads=threads or psutil.cpu_count() or 1, monitor=part
        )
        scores[held_out] = kind_named(MODEL).scores(native, features[held_out])
    return softmax(scores, fit_temperature(scores, labels))


def doubtful(labels: UInt8Array, probabilities: Float32Array) -> IntArray:
    """Return positions (k,) int64 of the labels that look wrong, the most doubtful first.

    Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset
    Labels", JAIR 70) by the package `cleanlab`. An image counts as one of another digit where the probability of that
    digit reaches what is usual for images with its label. As many images of each given label as these counts tell are
    wrong: those with the lowest probability of their label ("prune by class", section 3.2) that are read as another.

    Parameters
    ----------
    labels : (n,) uint8
    probabilities : (n, 10) float32
        By models that were not trained on these images.
    """
    from cleanlab.filter import find_label_issues

    found = find_label_issues(
        labels.astype(np.int64),
        probabilities.astype(np.float64),
        filter_by=FILTER,
        return_indices_ranked_by="self_confidence",
        n_jobs=1,
    )
    return np.asarray(found, np.int64)


def to_review(wrong: IntArray, labels: UInt8Array, probabilities: Float32Array) -> IntArray:
    """Return the positions of the labels that look wrong, then of other labels that are improbable, (k,) int64.

    The better a model, the fewer labels confident learning counts as wrong: of the 15 disputed test labels it counts
    one, while 13 are among the 1 % with the least probable labels (`python -m core benchmark labels --final`). So at
    least 1 % of the images are listed.
    """
    least = np.argsort(probabilities[np.arange(len(labels)), labels], kind="stable")
    others = least[~np.isin(least, wrong)]
    return np.concatenate([wrong, others[: max(0, round(LISTED * len(labels)) - len(wrong))]])


LISTED = 0.01
FILTER = "prune_by_class"
"""Of those of `cleanlab` the one that found most of 5 % flipped training labels (other seeds than the benchmark's)."""


@dataclass(frozen=True)
class _Fold(Silent):
    """Tells of one fold's fit as part of the whole search."""

    whole: Monitor
    number: int

    def report(self, fraction: float, message: str, **told: object) -> None:
        """Tell the share of the whole search that is done."""
        self.whole.report((self.number + fraction) / FOLDS, f"fold {self.number + 1} of {FOLDS}: {message}")


def candidates(found: Answer, labels: UInt8Array) -> pd.DataFrame:
    """Return the labels to review as a table, the most doubtful first.

    Parameters
    ----------
    found : what `search` returned
    labels : (n,) uint8
        Of the training set.

    Returns
    -------
    one row an image: `position`, `given`, `suggested` (the other digit with the highest probability), `probability` (of
    the suggested digit, 0..1), `of_given`, `wrong` (bool: looks wrong, else only improbable)
    """
    position, probabilities = found["position"], found["probabilities"]
    given, rows = labels[position].astype(np.int64), np.arange(len(position))
    others = probabilities.copy()
    others[rows, given] = -1
    suggested = others.argmax(axis=1)
    return pd.DataFrame(
        {
            "position": position,
            "given": given,
            "suggested": suggested,
            "probability": probabilities[rows, suggested].astype(np.float64),
            "of_given": probabilities[rows, given].astype(np.float64),
            "wrong": rows < int(found["wrong"]),
        }
    )
