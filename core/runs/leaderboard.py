"""Every run on one board, and a run by what people call it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset
from core.errors import DigitLabError, InputError, RegistryError, UnknownRunError
from core.models.committee import Member, load_committee
from core.models.kind import CLASSES
from core.models.predictor import MODEL_FILE, PACKED_MODEL_FILE, Predictor, PredictorCache, Reader
from core.models.pretrained import shipped
from core.runs import artifacts, registry
from core.runs.run import Run
from core.runs.shipped import shipped_predictions, shipped_runs

MIN_PREFIX = 4

_predictors = PredictorCache()


def every_run(dataset: Dataset, *, deleted: bool = False) -> list[Run]:
    """The shipped models and the registry's runs, the newest first; with `deleted` the trash."""
    stored = registry.all_runs(deleted=deleted)
    return stored if deleted else [*stored, *shipped_runs(dataset)]


def leaderboard(runs: list[Run], fingerprint: str) -> list[Run]:
    """The finished runs judged on the same images, the best validation accuracy first; lower log loss breaks ties."""
    comparable = [run for run in runs if run.finished and run.fingerprint == fingerprint]
    return sorted(
        comparable,
        key=lambda run: (-run.metrics.get("validation_accuracy", 0), run.metrics.get("validation_log_loss", 99)),
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
    """The stored predictions of a finished run on `dataset`.

    Raises
    ------
    RegistryError
        They are missing, damaged, or not those of these images.
    """
    stored = _shipped_predictions(run, dataset) if run.shipped else artifacts.predictions(run)
    for split in ("validation", "test"):
        check_rows(stored.of(split), run, dataset, split)
    return stored


def _shipped_predictions(run: Run, dataset: Dataset) -> artifacts.Predictions:
    with artifacts.named(run):
        return shipped_predictions(run.run_id, dataset)


def check_rows(rows: np.ndarray, run: Run, dataset: Dataset, split: str) -> None:
    """Raise RegistryError unless a run's probabilities (n, 10) can be those of a split's images."""
    images = len(dataset.judges(split))
    if rows.shape != (images, CLASSES) or not np.isfinite(rows).all():
        raise RegistryError(
            f"{run.name} ({run.short_id}): the stored predictions are not those of the {images:,} {split} images. "
            f"{artifacts.way_out(run)}"
        )


def model_folder(run: Run) -> Path:
    """Where a run's served model lies.

    Raises
    ------
    InputError
        For a run that never had one, as its predictions were imported.
    RegistryError
        If it is lost.
    """
    if run.external and not run.has_model:
        raise InputError(run.why_no_model)
    if not run.shipped:
        return artifacts.local(run, artifacts.MODEL)
    card = shipped().get(run.run_id)
    if card is None:
        raise RegistryError(f"No model {run.run_id!r} ships with this version of Digit Lab.")
    return card.folder


def served_bytes(run: Run) -> int | None:
    """Bytes of a run's model file, or of all its members', as it is served; None where it cannot be read."""
    try:
        paths = model_folder(run).rglob("model.onnx*")
        return sum(path.stat().st_size for path in paths if path.name in (MODEL_FILE, PACKED_MODEL_FILE)) or None
    except (DigitLabError, OSError):
        return None


def predictor(run: Run) -> Reader:
    """A run's model, loaded; the least recently used are dropped above 200 MB.

    A committee's members are loaded once with the runs they come from, and from its own copies.
    """
    return _predictors.get(_model_key(run), partial(_loaded, run))


def _loaded(run: Run) -> Reader:
    folder = model_folder(run)
    with artifacts.named(run):
        return load_committee(folder, partial(_member, run)) if run.committee else Predictor.load(folder)


def _model_key(run: Run) -> tuple[str, str]:
    """Which model it is: that of a shipped name may be replaced by a newer one."""
    return run.run_id, run.created.isoformat()


def _member(committee: Run, member: Member, folder: Path) -> Reader:
    with artifacts.named(committee):
        return _predictors.get((member.run_id, member.created), lambda: Predictor.load(folder))
