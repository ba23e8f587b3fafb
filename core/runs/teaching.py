"""Learning from a teacher: a finished run, such as an ensemble, whose probabilities a network learns beside labels."""

from __future__ import annotations

from core.data.dataset import Dataset
from core.errors import InputError
from core.models.kind import ModelKind
from core.runs.leaderboard import find
from core.runs.run import Run


def teacher(name: str, kind: ModelKind, dataset: Dataset) -> Run:
    """Find the run that teaches a model of `kind`.

    Raises
    ------
    UnknownRunError
        If none or several runs answer to `name`.
    InputError
        If the kind does not learn from a teacher, or the run has no model or has learned from the images that judge.
    """
    if not kind.augments:
        raise InputError(f"`--teacher` needs a model that trains in epochs; {kind.name} does not.")
    run = find(name, dataset)
    if not run.has_model:
        raise InputError(run.why_no_model)
    if run.external or run.trained_on_evaluation_data:
        raise InputError(
            f"{run.name} ({run.short_id}) cannot teach, as it may have learned from the images that judge; "
            "name a run that was trained here without them."
        )
    return run
