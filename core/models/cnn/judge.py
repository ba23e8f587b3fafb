"""Judging a network on the validation images while it trains: one pass gives loss, accuracy and the scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import Float32Array
from core.models.kind import CLASSES, TrainingData

if TYPE_CHECKING:
    import keras

JUDGED_AT_ONCE = 1000


@dataclass(frozen=True, eq=False)
class Judged:
    """How a network did on the validation images: logits (n, 10) float32, mean loss (nats), share right 0..1."""

    scores: Float32Array
    loss: float
    accuracy: float


class Judge:
    """Judges `network`, as it is at the moment of each call, by the loss that trains it.

    Keras' own validation returns no scores, and a second pass for them would cost a small training a tenth.
    """

    def __init__(self, network: keras.Model, data: TrainingData, smoothing: float) -> None:
        import tensorflow as tf

        signature = [tf.TensorSpec((None, *data.validation_features.shape[1:]), tf.float32)]
        self._scores = tf.function(lambda rows: network(rows, training=False), input_signature=signature)
        self._features, self._labels = data.validation_features, data.validation_labels.astype(np.intp)
        self._smoothing = smoothing

    def __call__(self) -> Judged:
        """Judge the network once."""
        starts = range(0, len(self._features), JUDGED_AT_ONCE)
        parts = [self._scores(self._features[start : start + JUDGED_AT_ONCE]).numpy() for start in starts]
        scores = np.concatenate(parts).astype(np.float32)
        accuracy = float(np.mean(scores.argmax(axis=1) == self._labels))
        return Judged(scores, smoothed_loss(scores, self._labels, self._smoothing), accuracy)


def smoothed_loss(scores: Float32Array, labels: np.ndarray, smoothing: float) -> float:
    """Return the mean cross-entropy in nats of logits (n, 10) against labels (n,), these smoothed (0..1)."""
    wide = scores.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    logs = wide - np.log(np.exp(wide).sum(axis=1, keepdims=True))
    right = logs[np.arange(len(labels)), labels]
    return float(-((1 - smoothing) * right + smoothing / CLASSES * logs.sum(axis=1)).mean())
