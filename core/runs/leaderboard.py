"""Every run on one board, and a run by what people call it."""

from __future__ import annotations

import numpy as np

from core.data.dataset import Dataset
from core.data.judging import FULL_VALIDATION
from core.errors import RegistryError, UnknownRunError
from core.models.kind import CLASSES
from core.models.serving.shipped import shipped
from core.runs import artifacts, registry
from core.runs.run import Run
from core.runs.shipped import shipped_predictions, shipped_runs

MIN_PREFIX = 4


def every_run(dataset: Dataset, *, deleted: bool = False) -> list[Run]:
    """Return the shipped models and the registry's runs, the newest first; with `deleted` the trash."""
    stored = registry.all_runs(deleted=deleted)
    return stored if deleted else [*stored, *shipped_runs(dataset)]


def leaderboard(runs: list[Run], fingerprint: str) -> list[Run]:
    """Return the finished runs judged on the same images, the best validation accuracy first.

    Lower log loss breaks ties.
    """
    comparable = [run for run in runs if run.finished and run.fingerprint == fingerprint]
    alone = comparable and all(f"{FULL_VALIDATION}_accuracy" in run.metrics for run in comparable)
    judged = FULL_VALIDATION if alone else "validation"
    return sorted(
        comparable,
        key=lambda run: (-run.metrics.get(f"{judged}_accuracy", 0), run.metrics.get(f"{judged}_log_loss", 99)),
    )


def find(name: str, dataset: Dataset, *, deleted: bool = False) -> Run:
    """Find a run by its id, an unambiguous prefix of it, or the name of a shipped model.

    Raises
    ------
    UnknownRunError
        If none or several answer to `name`.
    """
    for run in shipped_runs(dataset):
        if run.run_id == name:
            return run
    found = [run for run in registry.all_runs(deleted=deleted) if run.run_id.startswith(name)] if name else []
    if len(found) == 1 and (len(name) >= MIN_PREFIX or found[0].run_id == name):
        return found[0]
    shown = repr(name[:60])
    if len(found) > 1:
        raise UnknownRunError(f"{len(found)} runs begin with {shown}; give more of the id.")
    known = ", ".join(shipped()) or "none"
    raise UnknownRunError(f"There is no run {shown}; `python -m core runs` lists them (shipped models: {known}).")


def predictions(run: Run, dataset: Dataset) -> artifacts.Predictions:
    """Return the stored predictions of a finished run on `dataset`.

    Raises
    ------
    RegistryError
        They are missing, damaged, or not those of these images.
    """
    stored = _shipped_predictions(run, dataset) if run.shipped else artifacts.predictions(run)
    for split in ("validation", "test"):
        check_rows(stored.of(split), run, len(dataset.evaluation_split(split)), split)
    return stored


def _shipped_predictions(run: Run, dataset: Dataset) -> artifacts.Predictions:
    with artifacts.named(run):
        return shipped_predictions(run.run_id, dataset)


def check_rows(rows: np.ndarray, run: Run, images: int, title: str) -> None:
    """Raise RegistryError unless a run's probabilities can be those of so many images."""
    if rows.shape != (images, CLASSES) or not np.isfinite(rows).all():
        raise RegistryError(
            f"{run.name} ({run.short_id}): the stored predictions are not those of the {images:,} {title} images. "
            f"{artifacts.way_out(run)}"
        )
