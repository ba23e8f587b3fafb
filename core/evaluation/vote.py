"""What several models together read: the soft vote, and who disagrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Vote:
    """The answer to one digit.

    Attributes
    ----------
    label : int
        The digit with the highest mean probability.
    probability : float
        That mean, 0..1.
    against : tuple of (str, int)
        The models that read another digit, and which.
    """

    label: int
    probability: float
    against: tuple[tuple[str, int], ...]

    @property
    def unanimous(self) -> bool:
        """Whether every model reads the same digit."""
        return not self.against


def votes(probabilities: Mapping[str, np.ndarray]) -> list[Vote]:
    """Return the soft vote on each of n digits: the mean of the models' probabilities.

    Parameters
    ----------
    probabilities : mapping of model name to (n, 10) float32
    """
    mean = np.mean(list(probabilities.values()), axis=0)
    return [
        _vote(row, {name: int(rows[i].argmax()) for name, rows in probabilities.items()}) for i, row in enumerate(mean)
    ]


def _vote(mean: np.ndarray, choices: Mapping[str, int]) -> Vote:
    label = int(mean.argmax())
    return Vote(label, float(mean[label]), tuple((name, choice) for name, choice in choices.items() if choice != label))
