"""The answer of the model that answers, and which of the others read something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Answer:
    """The answer to one digit.

    Attributes
    ----------
    label : int
        The digit that the answering model reads.
    probability : float
        Its probability, 0..1.
    against : tuple of (str, int)
        The other models that read another digit, and which.
    """

    label: int
    probability: float
    against: tuple[tuple[str, int], ...] = ()


def answers(rows: np.ndarray, others: Mapping[str, np.ndarray]) -> list[Answer]:
    """Return the answers to n digits; the other models' opinions change none of them.

    Parameters
    ----------
    rows : ndarray
        (n, 10) float32, the answering model's probabilities.
    others : mapping of model name to ndarray
        (n, 10) float32 each.
    """
    labels = rows.argmax(axis=1)
    read = {name: probabilities.argmax(axis=1) for name, probabilities in others.items()}
    return [
        Answer(
            int(label),
            float(rows[i, label]),
            tuple((name, int(choices[i])) for name, choices in read.items() if choices[i] != label),
        )
        for i, label in enumerate(labels)
    ]
