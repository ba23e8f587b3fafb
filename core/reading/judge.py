"""How well pictures of 28 x 28 are explained as digits: by the model that reads them and by the not-a-digit score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.explain.novelty import load_novelty
from core.models.serving.predictor import Reader

LEAST = 0.003
"""The least that a reading is believed: no single digit may ruin a page."""

SHARE = 0.5
"""Power of the not-a-digit score in the product."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What a model reads in n pictures.

    Attributes
    ----------
    probabilities : (n, 10) float32
    good : (n,) float
        How digit-like the pictures are, 0 to 1, whatever the digit and the model.
    """

    probabilities: np.ndarray
    good: np.ndarray

    @property
    def cost(self) -> np.ndarray:
        """(n,) float64: the negative logarithm of how well a digit explains each picture."""
        sure = self.probabilities.max(axis=1).astype(np.float64)
        return np.asarray(-np.log(np.maximum(sure * self.good**SHARE, LEAST)))


Judge = Callable[[np.ndarray], Judged]


def judge_of(reader: Reader) -> Judge:
    """Return a judge of pictures (n, 28, 28) uint8: a model, and the not-a-digit score that does not depend on it."""
    novelty = load_novelty()
    return lambda images: Judged(reader.predict_proba(images), np.clip(1 - novelty.score(images), 0, 1))
