"""What the network eats: shuffled batches, with new pictures made while the step before is still at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from core.arrays import Float32Array, UInt8Array
from core.models.kind import CLASSES, TrainingData
from core.preprocessing.augment import augment

CHUNK = 1024
"""Pictures that are varied at once."""

TAUGHT = 0.5
"""Share of the pictures of which a network learns its teacher's probabilities (Hinton et al. 2015), not the label.

The loss is linear in its targets: on average it is that of half and half for every picture, in half the teacher's time.
"""


def batches(data: TrainingData, size: int, *, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield batches without end: features (size, h, w, 1) float32 and targets (size, 10) float32.

    Targets are the labels, one-hot, or what a teacher says of the very picture that the network gets. Each pass over
    the data has its own order and its own variations; the rest that fills no batch is left out of it.
    """
    generator = np.random.default_rng(seed)
    count = len(data.train_labels)
    chunk = max(1, CHUNK // size) * size
    while True:
        order = generator.permutation(count)[: count // size * size]
        for start in range(0, len(order), chunk):
            rows = order[start : start + chunk]
            images, labels = data.train_images[rows], data.train_labels[rows]
            if data.augmentation.is_none:
                features = data.train_features[rows]
            else:
                images = augment(images, data.augmentation, generator, labels)
                features = data.featurise(images)
            targets = np.eye(CLASSES, dtype=np.float32)[labels]
            if data.teach is not None:
                _teach(data.teach, images, targets, generator)
            for first in range(0, len(rows), size):
                yield features[first : first + size], targets[first : first + size]


def _teach(
    teach: Callable[[UInt8Array], Float32Array],
    images: UInt8Array,
    targets: Float32Array,
    generator: np.random.Generator,
) -> None:
    """Put a teacher's probabilities in the place of some labels, one-hot in `targets`, where it knows the label."""
    asked = np.flatnonzero(generator.random(len(images)) < TAUGHT)
    told = teach(images[asked])
    right = told.argmax(axis=1) == targets[asked].argmax(axis=1)
    targets[asked[right]] = told[right]
