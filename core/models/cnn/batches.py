"""What the network eats: shuffled batches, with new pictures made while the step before is still at work."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.models.kind import CLASSES, TrainingData
from core.preprocessing.augment import augment

CHUNK = 1024
"""Pictures that are varied at once."""


def batches(data: TrainingData, size: int, *, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield batches without end: features (size, h, w, 1) float32 and one-hot labels (size, 10) float32.

    Each pass over the data has its own order and its own variations; the rest that fills no batch is left out of it.
    """
    generator = np.random.default_rng(seed)
    targets = np.eye(CLASSES, dtype=np.float32)[data.train_labels]
    count = len(data.train_labels)
    chunk = max(1, CHUNK // size) * size
    while True:
        order = generator.permutation(count)[: count // size * size]
        for start in range(0, len(order), chunk):
            rows = order[start : start + chunk]
            features = _features(data, rows, generator)
            for first in range(0, len(rows), size):
                yield features[first : first + size], targets[rows[first : first + size]]


def _features(data: TrainingData, rows: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    if data.augmentation.is_none:
        return np.asarray(data.train_features[rows])
    return data.featurise(augment(data.train_images[rows], data.augmentation, generator, data.train_labels[rows]))
