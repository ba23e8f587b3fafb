"""A second network, which knows forms that MNIST hardly has: where it reads otherwise, the answer is in doubt."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from core.arrays import Float32Array, UInt8Array
from core.models.serving.predictor import Predictor

FOLDER = Path(__file__).with_name("second")
"""Trained by `train cnn --preset reference --augment forms=0.08 --teacher RUN`: see docs/decisions/0018."""


def second_opinion(images: UInt8Array) -> Float32Array:
    """Return what the second network reads, (n, 10) float32, in pictures (n, 28, 28) uint8."""
    return _network().predict_proba(images)


@lru_cache(maxsize=1)
def _network() -> Predictor:
    return Predictor.load(FOLDER, threads=1)
