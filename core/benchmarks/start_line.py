"""One competitor of the race to 99.0 %, in a process of its own: `python -m core.benchmarks.start_line svm instant 0`.

Prints one JSON document: the accuracy on validation images, and the clock when it was known.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

TARGET = 0.99
PEER = "keras_example"
MOST_EPOCHS = 20


class Finish:
    """A monitor that remembers when the target was first met, and asks for the end then."""

    def __init__(self) -> None:
        self.best, self.at = 0.0, 0.0

    def report(
        self, fraction: float, message: str, *, step: int | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        """Note a judged epoch."""
        if metrics is not None and "validation_accuracy" in metrics:
            self.judged(metrics["validation_accuracy"])

    def validated(self, step: int, last: int, scores: Callable[[], Any]) -> None:
        """Ask for no scores."""

    def judged(self, accuracy: float) -> None:
        """Note an accuracy on validation images; the clock stops at the first that meets the target."""
        if self.best < TARGET:
            self.best, self.at = max(self.best, accuracy), time.time()

    def stop_requested(self) -> bool:
        """Return whether there is nothing more to measure."""
        return self.best >= TARGET


def run_ours(model: str, preset: str, seed: int) -> Finish:
    """Load the data, make features and fit, as a training does; nothing is read from a cache."""
    import psutil

    from core.data.sources import load_dataset
    from core.models.catalogue import kind_named, preset_named
    from core.models.kind import TrainingData
    from core.preprocessing.pipeline import Pipeline

    kind, finish, dataset = kind_named(model), Finish(), load_dataset()
    chosen = preset_named(kind, preset)
    pipeline, features = Pipeline(chosen.recipe).fit_transform(dataset.train.images)
    judges = pipeline.transform(dataset.validation.images)
    data = TrainingData(
        features, dataset.train.labels, judges, dataset.validation.labels, dataset.train.images, pipeline.transform,
        chosen.augmentation,
    )  # fmt: skip
    native = kind.fit(data, chosen.parameters, seed=seed, threads=psutil.cpu_count() or 1, monitor=finish)
    finish.judged(float((kind.scores(native, judges).argmax(axis=1) == data.validation_labels).mean()))
    return finish


def run_peer(seed: int) -> Finish:
    """Train Keras' example, judged after every epoch."""
    from core.benchmarks.keras_example import train_by_epoch
    from core.data.sources import load_dataset
    from core.models.cnn.network import quiet_keras

    quiet_keras()
    finish = Finish()
    for _, _, accuracy in train_by_epoch(load_dataset(), "validation", MOST_EPOCHS, seed):
        finish.judged(accuracy)
        if finish.stop_requested():
            break
    return finish


if __name__ == "__main__":
    competitor, *rest = sys.argv[1:]
    finished = run_peer(int(rest[-1])) if competitor == PEER else run_ours(competitor, rest[0], int(rest[1]))
    json.dump({"accuracy": finished.best, "at": finished.at}, sys.stdout)
