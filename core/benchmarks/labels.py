"""How well wrong labels are found: labels flipped on purpose, and test labels that people did not confirm."""

from __future__ import annotations

import sys

import numpy as np

from core.arrays import BoolArray, Float32Array, UInt8Array
from core.benchmarks.models import full_mnist
from core.benchmarks.rates import rate
from core.benchmarks.row import Row
from core.data.dataset import Dataset
from core.evaluation.calibration import fit_temperature, softmax
from core.evaluation.label_errors import LABEL_ERRORS, is_label_error
from core.jobs.features import fitted_features
from core.jobs.questions.wrong_labels import MODEL, PRESET, SEED, doubtful, out_of_fold, to_review
from core.models.catalogue import kind_named
from core.models.kind import Silent, TrainingData
from core.models.serving.shipped import PREDICTIONS_FILE, shipped
from core.preprocessing.experiments import stratified, with_wrong_labels

SHARE, FLIP_SEED = 0.05, 2021
QUICK_IMAGES = 5_000
PEER = "every label that is not predicted"
FOUND, RIGHT = "share of wrong labels", "share of found labels"
OWN_ERRORS = "MNIST's own wrong labels count as false alarms; "


def run(quick: bool, final: bool) -> list[Row]:
    """Flip 5 % of the training labels and find them; with `final` also judge the labels of the test images."""
    dataset = full_mnist()
    rows = flipped_rows(dataset, QUICK_IMAGES if quick else len(dataset.train))
    return rows + (disputed_rows(dataset, QUICK_IMAGES if quick else len(dataset.train)) if final else [])


def flipped_rows(dataset: Dataset, count: int) -> list[Row]:
    """Measure the finder on training labels of which 5 % were replaced by another digit."""
    rng = np.random.default_rng(FLIP_SEED)
    chosen = stratified(dataset.train.labels, count, rng) if count < len(dataset.train) else np.arange(count)
    images, given = dataset.train.images[chosen], dataset.train.labels[chosen]
    labels = with_wrong_labels(given, SHARE, (), rng)
    print(f"five folds on {count:,} images, {int((labels != given).sum()):,} labels flipped", file=sys.stderr)
    probabilities = out_of_fold(images, labels, Silent())
    what = f"5 % of {count:,} training labels flipped"
    return rows_of(what, labels, probabilities, labels != given, OWN_ERRORS)


def disputed_rows(dataset: Dataset, count: int) -> list[Row]:
    """Measure the finder on the 15 test labels that people did not confirm, by models trained on training images."""
    test, wrong = dataset.test, is_label_error(dataset.test.index)
    print(f"the fast SVM on {count:,} training images judges {len(test):,} test labels", file=sys.stderr)
    by_name = {"fast SVM": _judged_by_svm(dataset, count)}
    network = np.load(shipped()["cnn"].folder / PREDICTIONS_FILE, allow_pickle=False)["test"]
    by_name["shipped CNN"] = network
    rows = []
    for name, probabilities in by_name.items():
        what = f"{len(LABEL_ERRORS)} disputed test labels, {name}"
        rows += rows_of(what, test.labels, probabilities, wrong, "")
        listed = np.zeros(len(wrong), bool)
        listed[to_review(doubtful(test.labels, probabilities), test.labels, probabilities)] = True
        note = f"the {int(listed.sum()):,} labels to review, most of them only improbable; "
        rows.append(rate(f"{what}: recall of the list", listed[wrong], unit=FOUND, note=note))
    return rows


def rows_of(what: str, labels: UInt8Array, probabilities: Float32Array, wrong: BoolArray, note: str) -> list[Row]:
    """Return recall and precision of the finder beside those of every label that the model does not predict."""
    found = np.zeros(len(labels), bool)
    found[doubtful(labels, probabilities)] = True
    differing = probabilities.argmax(axis=1) != labels
    return [
        rate(f"{what}: recall", found[wrong], peer=(PEER, differing[wrong]), unit=FOUND),
        rate(
            f"{what}: precision", wrong[found], peer=(PEER, wrong[differing]), unit=RIGHT,
            note=f"{note}{int(differing.sum()):,} labels not predicted; ",
        ),
    ]  # fmt: skip


def _judged_by_svm(dataset: Dataset, count: int) -> Float32Array:
    """Return calibrated probabilities of the test images by the fast SVM, trained on training images."""
    chosen = np.arange(count)
    images, labels = dataset.train.images[chosen], dataset.train.labels[chosen]
    preset, kind = kind_named(MODEL).presets[PRESET], kind_named(MODEL)
    pipeline, features = fitted_features(preset.recipe, images)
    judged = pipeline.transform(dataset.validation.images)
    data = TrainingData(features, labels, judged, dataset.validation.labels, images, pipeline.transform)
    native = kind.fit(data, preset.parameters, seed=SEED, threads=2, monitor=Silent())
    temperature = fit_temperature(kind.scores(native, judged), dataset.validation.labels)
    return softmax(kind.scores(native, pipeline.transform(dataset.test.images)), temperature)
