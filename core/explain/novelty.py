"""Whether a picture shows a digit at all: a small network that tells digits from everything else people show.

Beside the ten digits it knows three classes of what is none: letters, drawings, scribbles and noise; several digits in
one picture; parts of a digit. It does not depend on the models that read. `python -m core.reading.novelty_training`
makes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.models.kind import CLASSES

PATH = Path(__file__).with_name("novelty.onnx")
STRANGE, JOINED, FRAGMENT = 10, 11, 12
"""Classes after the ten digits."""

BATCH = 512


@dataclass(frozen=True, eq=False)
class Novelty:
    """The score and its threshold.

    Attributes
    ----------
    session : onnxruntime.InferenceSession
        From pictures (n, 28, 28, 1) float32, 0 to 255, to the thirteen classes.
    threshold : float
        Scores above it are refused.
    false_alarms : float
        Share of MNIST's 5,000 validation digits that are refused.
    caught : mapping of str to float
        By kind of what is no digit: the share refused, of samples that nothing was fitted on.
    """

    session: Any
    threshold: float
    false_alarms: float
    caught: Mapping[str, float]

    def classes(self, images: np.ndarray) -> np.ndarray:
        """Return probabilities (n, 13) float32 of the ten digits and of the three classes of what is none."""
        name = self.session.get_inputs()[0].name
        rows = [
            self.session.run(None, {name: images[start : start + BATCH, :, :, None].astype(np.float32)})[0]
            for start in range(0, len(images), BATCH)
        ]
        return np.concatenate([np.empty((0, CLASSES + 3), np.float32), *rows])

    def score(self, images: np.ndarray) -> np.ndarray:
        """Return how likely pictures (n, 28, 28) uint8 are no digits, (n,) float64, 0 to 1."""
        return np.asarray(self.classes(images)[:, CLASSES:].sum(axis=1, dtype=np.float64))

    def refuses(self, images: np.ndarray) -> np.ndarray:
        """Return whether pictures (n, 28, 28) uint8 are more likely no digits, (n,) bool."""
        return self.score(images) > self.threshold

    def joined(self, images: np.ndarray) -> np.ndarray:
        """Return whether pictures (n, 28, 28) uint8 look most like several digits, (n,) bool."""
        return np.asarray(self.classes(images).argmax(axis=1) == JOINED)


@lru_cache(maxsize=1)
def load_novelty(path: Path = PATH) -> Novelty:
    """Load the score that ships with the program, with one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    figures = json.loads(path.with_suffix(".json").read_text("utf-8"))
    session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    return Novelty(session, figures["threshold"], figures["false_alarms"], figures["caught"])
