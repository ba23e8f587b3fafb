"""The training job's part for models that keep training rows: which ones, stored beside the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.data.dataset import Dataset
from core.explain.support_vectors import SUPPORT_FILE, Support
from core.models.specification import Specification


def keep_support(native: Any, specification: Specification, dataset: Dataset, served: Path) -> None:
    """Write which training images a model keeps into the folder it is served from, for the kinds that keep some."""
    if specification.kind.supports is None:
        return
    train, seed = dataset.train, specification.seed
    support = Support.of(
        *specification.kind.supports(native),
        positions=specification.experiment.positions(train.labels, seed=seed),
        labels=specification.experiment.apply(train.images, train.labels, seed=seed)[1],
        fingerprint=dataset.fingerprint,
    )
    support.save(served / SUPPORT_FILE)
