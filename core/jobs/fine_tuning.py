"""Learn from me: a served network goes on learning from somebody's own digits, as a job.

The network is taken from its served graph, so that shipped models can go on learning too. Half of what it sees are
MNIST's training images, so that it forgets less; what it may have forgotten is measured on the test set.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import UInt8Array
from core.data.dataset import Dataset
from core.data.sources import load_expected
from core.errors import InputError, TrainingError
from core.evaluation.calibration import fit_temperature
from core.jobs.monitor import monitor_of_job
from core.models.cnn.network import CnnParameters
from core.models.cnn.served import network_of, weights_of
from core.models.kind import TrainingData
from core.models.serving.export import assemble, temperature_of
from core.models.serving.predictor import Predictor, read_graph
from core.models.specification import Specification
from core.preprocessing.augment import Augmentation
from core.preprocessing.pipeline import Pipeline
from core.runs.leaderboard import find
from core.runs.model_cache import model_folder

FUNCTION = "core.jobs.fine_tuning:fine_tune"
FEWEST = 20
"""Own digits to learn from, and held-out ones to judge with, below which a figure would say nothing."""

REPLAYED, OWN_SHARE = 4_000, 0.5
"""MNIST images that are learned again, and how many own digits (repeated) come for each of them."""

EPOCHS, LEARNING_RATE = 4, 3e-4
VARIED = Augmentation(shift=1, rotation=5, scale=0.1, shear=0.1, elastic=0.4)
CLOSE = 1e-3
"""By so much may the rebuilt network's probabilities differ from the served graph's."""


@dataclass(frozen=True, eq=False)
class FineTuned:
    """Before and after.

    Attributes
    ----------
    graph, specification : bytes, str
        The fine-tuned model, to serve.
    mnist : (float, float)
        Share of Accuracy on the MNIST test images, before and after.
    own : (float, float) or None
        The same of one's held-out digits; None where there are fewer than 20.
    learned, judged : int
        Own digits learned from, and held out.
    """

    graph: bytes
    specification: str
    mnist: tuple[float, float]
    own: tuple[float, float] | None
    learned: int
    judged: int


def fine_tune(
    run_id: str, fingerprint: str, images: np.ndarray, labels: np.ndarray, held_out: np.ndarray, seed: int = 0
) -> FineTuned:
    """Go on with a network's training; runs in a worker, which needs no access to the owner's folder.

    Parameters
    ----------
    run_id : str
        A finished run or a shipped model, a CNN.
    images, labels, held_out : (n, 28, 28) uint8, (n,) uint8, (n,) bool
        One's own digits. Held-out ones are only judged, never learned from.

    Raises
    ------
    InputError
        The model is no CNN, or there are too few digits to learn from.
    DataError
        The worker holds another data set than the page.
    TrainingError
        The served graph is none that this version can go on with.
    """
    require_enough(~held_out)
    dataset = load_expected(fingerprint)
    folder = model_folder(find(run_id, dataset))
    before = Predictor.load(folder)
    if before.specification.model != "cnn":
        raise InputError(f"Only a convolutional network can be fine-tuned; {run_id[:60]} is not one.")
    after = tuned(before, read_graph(folder), dataset, images[~held_out], labels[~held_out], seed)
    graph, specification = after
    both = (before, Predictor(graph, specification))
    own = shares(both, images[held_out], labels[held_out]) if held_out.sum() >= FEWEST else None
    mnist = shares(both, dataset.test.images, dataset.test.labels)
    return FineTuned(graph, specification.model_dump_json(), mnist, own, int((~held_out).sum()), int(held_out.sum()))


def require_enough(learned: np.ndarray) -> None:
    """Raise InputError where there are fewer than 20 digits to learn from."""
    if int(learned.sum()) < FEWEST:
        raise InputError(f"There are too few training digits: {int(learned.sum())} of at least {FEWEST}.")


def shares(predictors: tuple[Predictor, Predictor], images: UInt8Array, labels: np.ndarray) -> tuple[float, float]:
    """Return share of images that each of two models reads rightly."""
    before, after = (float((predictor.predict(images) == labels).mean()) for predictor in predictors)
    return before, after


def tuned(
    served: Predictor, graph: bytes, dataset: Dataset, images: UInt8Array, labels: np.ndarray, seed: int
) -> tuple[bytes, Specification]:
    """Train a served network on own digits and replayed MNIST; the new graph and its specification."""
    specification = specification_after(served.specification, seed)
    pipeline, kind = Pipeline(specification.recipe), specification.kind
    data = training_data(dataset, images, labels, pipeline, np.random.default_rng(seed))
    parameters = specification.checked_parameters()
    start = network_of(
        weights_of(graph), CnnParameters.model_validate(specification.parameters), data.validation_features
    )
    _require_same(served, kind.scores(start, data.validation_features[:50]), data.validation_features[:50], graph)
    native = kind.fit(data, parameters, seed=seed, threads=2, monitor=monitor_of_job(0.05, 0.9), start=start)
    judged = dataset.validation
    temperature = fit_temperature(kind.scores(native, pipeline.transform(judged.images)), judged.labels)
    return assemble(kind.to_onnx(native), (), temperature).SerializeToString(), specification


def specification_after(before: Specification, seed: int) -> Specification:
    """Return what is trained now: the same network, its batch normalisation folded into the convolutions, slowly."""
    if before.recipe.learned:
        raise TrainingError("This network's recipe has fitted steps; choose a network without them.")
    changes = {
        "normalisation": "none", "epochs": EPOCHS, "learning_rate": LEARNING_RATE, "average_weights": False,
        "patience": 0, "schedule": "cosine", "optimiser": "adam", "weight_decay": 0.0,
    }  # fmt: skip
    parameters = {**before.parameters, **changes}
    return before.anew(parameters=parameters, augmentation=VARIED, seed=seed)


def training_data(
    dataset: Dataset, images: UInt8Array, labels: np.ndarray, pipeline: Pipeline, rng: np.random.Generator
) -> TrainingData:
    """Return MNIST's training images and own digits, repeated.

    Validation images and own digits choose the best epoch.
    """
    chosen = rng.permutation(len(dataset.train))[:REPLAYED]
    times = max(1, round(OWN_SHARE * len(chosen) / len(images)))
    rows = np.concatenate([dataset.train.images[chosen], np.repeat(images, times, axis=0)])
    answers = np.concatenate([dataset.train.labels[chosen], np.repeat(labels, times)])
    judged = rng.permutation(len(dataset.validation))[:1_000]
    weight = max(1, round(500 / len(images)))
    judges = np.concatenate([dataset.validation.images[judged], np.repeat(images, weight, axis=0)])
    judge_labels = np.concatenate([dataset.validation.labels[judged], np.repeat(labels, weight)])
    order = rng.permutation(len(rows))
    rows, answers = rows[order], answers[order]
    return TrainingData(
        pipeline.transform(rows), answers, pipeline.transform(judges), judge_labels, rows, pipeline.transform, VARIED
    )


def _require_same(served: Predictor, scores: np.ndarray, features: np.ndarray, graph: bytes) -> None:
    """Check that the rebuilt network predicts what the served one does, but for its temperature."""
    scaled = scores / (temperature_of(graph) or 1.0)
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    if np.abs(raised / raised.sum(axis=1, keepdims=True) - served.from_features(features)).max() > CLOSE:
        raise TrainingError(
            "This network cannot be fine-tuned: rebuilt from its ONNX graph, it gives other predictions."
        )
