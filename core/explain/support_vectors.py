"""Which training images hold a support vector machine up: kept beside its model, for people to look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from core.arrays import IntArray
from core.damage import DAMAGE
from core.errors import RegistryError
from core.models.kind import CLASSES

SUPPORT_FILE = "support.npz"


@dataclass(frozen=True, eq=False)
class Support:
    """The training images that a machine kept, those that weigh most first.

    Attributes
    ----------
    fingerprint : str
        Of the data set that they come from.
    positions : (m,) int32
        Among its training images.
    labels : (m,) uint8
        As the machine was told, so wrong where an experiment made them wrong.
    weight : (m,) float32
        The sum of its dual coefficients without their signs, over all pairs of digits and all its moved copies.
    vectors : (m,) int32
        How many support vectors were made from it: 1, or more where copies were moved.
    trained : int
        How many training images there were.
    """

    fingerprint: str
    positions: np.ndarray
    labels: np.ndarray
    weight: np.ndarray
    vectors: np.ndarray
    trained: int

    @classmethod
    def of(
        cls, rows: IntArray, weight: IntArray, *, positions: np.ndarray, labels: np.ndarray, fingerprint: str
    ) -> Self:
        """Gather a machine's support vectors by the image that each was made from.

        Parameters
        ----------
        rows, weight : (v,) int64, (v,) floats
            Of each vector: its training row, and its weight.
        positions, labels : (n,) int64, (n,) uint8
            Of each training row: where it stands among the data set's training images, and its label.
        """
        used, place, vectors = np.unique(rows, return_inverse=True, return_counts=True)
        total = np.bincount(place, np.asarray(weight, np.float64))
        order = np.argsort(-total, kind="stable")
        return cls(
            fingerprint,
            positions[used][order].astype(np.int32),
            labels[used][order].astype(np.uint8),
            total[order].astype(np.float32),
            vectors[order].astype(np.int32),
            len(positions),
        )

    @property
    def per_class(self) -> np.ndarray:
        """How many of them each digit has, (10,) int64."""
        return np.bincount(self.labels, minlength=CLASSES)

    def save(self, path: Path) -> None:
        """Write as a compressed npz without pickles."""
        arrays = {name: getattr(self, name) for name in ("positions", "labels", "weight", "vectors")}
        np.savez_compressed(path, fingerprint=np.array(self.fingerprint), trained=np.array(self.trained), **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; raises RegistryError for a file that is missing or damaged."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in ("positions", "labels", "weight", "vectors")}
                return cls(str(stored["fingerprint"]), trained=int(stored["trained"]), **arrays)
        except DAMAGE as error:
            raise RegistryError(f"The stored support vectors {path.name} are missing or damaged.") from error
