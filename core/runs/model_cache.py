"""The models of runs, loaded on first use and kept within a limit of bytes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from core.errors import DigitLabError, InputError, RegistryError
from core.models.serving.committee import Member, load_committee
from core.models.serving.predictor import MODEL_FILE, PACKED_MODEL_FILE, Predictor, PredictorCache, Reader
from core.models.serving.shipped import shipped
from core.runs import artifacts
from core.runs.run import Run

_predictors = PredictorCache()


def model_folder(run: Run) -> Path:
    """Return where a run's served model lies.

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
        raise RegistryError(f"This version of Digit Lab has no shipped model {run.run_id!r}.")
    return card.folder


def served_bytes(run: Run) -> int | None:
    """Return bytes of a run's model file, or of all its members', as it is served; None where it cannot be read."""
    try:
        paths = model_folder(run).rglob("model.onnx*")
        return sum(path.stat().st_size for path in paths if path.name in (MODEL_FILE, PACKED_MODEL_FILE)) or None
    except (DigitLabError, OSError):
        return None


def predictor(run: Run) -> Reader:
    """Return a run's model, loaded; the least recently used are dropped above 200 MB.

    A committee's members are loaded once with the runs they come from, and from its own copies.
    """
    return _predictors.get(_model_key(run), partial(_loaded, run))


def _loaded(run: Run) -> Reader:
    folder = model_folder(run)
    with artifacts.named(run):
        return load_committee(folder, partial(_member, run)) if run.committee else Predictor.load(folder)


def _model_key(run: Run) -> tuple[str, str]:
    """Return which model it is: that of a shipped name may be replaced by a newer one."""
    return run.run_id, run.created.isoformat()


def _member(committee: Run, member: Member, folder: Path) -> Reader:
    with artifacts.named(committee):
        return _predictors.get((member.run_id, member.created), lambda: Predictor.load(folder))
