"""Real digits, few and small: 14 x 14 means of the embedded sample, which every classic model learns in a second."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from core.data import load_sample
from core.models.kind import Silent, TrainingData


def featurise(images: np.ndarray) -> np.ndarray:
    n, height, width = images.shape
    return (images.reshape(n, height // 2, 2, width // 2, 2).mean(axis=(2, 4)) / 255).reshape(n, -1).astype(np.float32)


@cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    sample = load_sample()
    return sample.train.images, sample.train.labels, sample.validation.images, sample.validation.labels


def rows(count: int = 600, *, without: int | None = None) -> TrainingData:
    images, labels, judges, judge_labels = digits()
    kept = np.flatnonzero(labels != without)[:count] if without is not None else np.arange(count)
    images, labels = images[kept], labels[kept]
    return TrainingData(featurise(images), labels, featurise(judges), judge_labels, images, featurise)


class Diary(Silent):
    """A monitor that remembers, and asks for a stop once `stop_after` reports were made."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.fractions: list[float] = []
        self.messages: list[str] = []
        self.stop_after = stop_after

    def report(
        self, fraction: float, message: str, *, step: int | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        self.fractions.append(fraction)
        self.messages.append(message)

    def stop_requested(self) -> bool:
        return self.stop_after is not None and len(self.fractions) >= self.stop_after
