"""Stripes in ten places: a data set that a tiny network learns in a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.models.cnn.network import CnnParameters
from core.models.kind import Silent, TrainingData

TINY = CnnParameters(blocks=1, width=8, epochs=2, batch_size=16, learning_rate=0.01)


def featurise(images: np.ndarray) -> np.ndarray:
    return (images[..., None] / 255).astype(np.float32)


def stripes(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.arange(count, dtype=np.uint8) % 10
    images = generator.integers(0, 60, (count, 12, 12), dtype=np.uint8)
    images[np.arange(count), labels + 1] = 255
    return images, labels


def toy(count: int = 320, **changes: Any) -> TrainingData:
    images, labels = stripes(count, 1)
    judges, judge_labels = stripes(60, 2)
    content = {
        "train_features": featurise(images),
        "train_labels": labels,
        "validation_features": featurise(judges),
        "validation_labels": judge_labels,
        "train_images": images,
        "featurise": featurise,
    }
    return TrainingData(**{**content, **changes})


class Listener(Silent):
    """A monitor that writes everything down and asks for the end after `patience` epochs."""

    def __init__(self, patience: int = 1000) -> None:
        self.patience = patience
        self.fractions: list[float] = []
        self.messages: list[str] = []
        self.epochs: dict[int, Mapping[str, float]] = {}
        self.scores: dict[int, np.ndarray] = {}

    def report(
        self, fraction: float, message: str, *, step: int | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        self.fractions.append(fraction)
        self.messages.append(message)
        if step is not None and metrics is not None:
            self.epochs[step] = metrics

    def validated(self, step: int, last: int, scores: Callable[[], np.ndarray]) -> None:
        self.scores[step] = scores()

    def stop_requested(self) -> bool:
        return len(self.epochs) >= self.patience
