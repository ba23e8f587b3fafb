"""Settings of runs side by side, with what differs marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.models.changes import data_changes
from core.models.serving.committee import Committee
from core.runs.run import Run
from core.text import percent

ABSENT = "–"


def settings_of(run: Run) -> dict[str, Any]:
    """Return what decides a training beside its parameters and steps, by name: preset, seed, training images, ..."""
    specification = run.trained_as
    if specification is None:
        return {}
    experiment = specification.experiment
    augmentation = specification.augmentation.model_dump(exclude_defaults=True)
    return {
        "preset": specification.preset or "none",
        "seed": specification.seed,
        "training images": f"{experiment.limit:,}" if experiment.limit else "all",
        "excluded digits": ", ".join(map(str, experiment.left_out)) or "none",
        "wrong labels": f"{100 * experiment.wrong_labels:g} %",
        "reviewed labels": f"{len(experiment.corrections)} changed" if experiment.corrections else "none",
        "augmentation": ", ".join(f"{name} {value}" for name, value in augmentation.items()) or "none",
        "continued from": specification.parent or "nothing",
        "taught by": (specification.teacher or "nobody")[:8],
        "mean of the weights of": ", ".join(run_id[:8] for run_id in specification.averaged) or "no others",
    }


def trained_on(run: Run) -> str:
    """Return which training images a run learned from: "all images", or "5,000 images, without 4"."""
    if run.trained_as is None:
        return "not known" if run.committee is None else "see its members"
    return ", ".join(data_changes(run.trained_as.experiment)) or "all images"


def other_data(runs: Sequence[Run]) -> str:
    """Say that a comparison compares data as well as models where the runs learned from different images; else ""."""
    learned = {run.run_id: trained_on(run) for run in runs if run.trained_as is not None}
    if len(set(learned.values())) < 2:
        return ""
    told = "; ".join(f"{run.name}: {learned[run.run_id]}" for run in runs if run.run_id in learned)
    return f"These models differ in their training data, so this compares data as well as models. {told}."


def all_settings(run: Run) -> dict[str, str]:
    """Return everything that a run was trained with, by name, as text; only its kind where the rest is not known."""
    if run.committee is not None:
        return {"model": run.model, "weights": run.committee.weights} | weights_of(run.committee)
    if run.trained_as is None:
        return {"model": run.model}
    steps = run.trained_as.recipe.steps
    recipe = {f"step {place}": _step(step.kind, step.settings()) for place, step in enumerate(steps, 1)}
    rows = {"model": run.model} | dict(run.trained_as.parameters) | recipe | settings_of(run)
    return {name: str(value) for name, value in rows.items()}


def weights_of(committee: Committee) -> dict[str, str]:
    """Return what share each member of a committee has in its answer, by name.

    The short id tells two of one name apart.
    """
    return {f"{member.name} ({member.run_id[:8]})": percent(member.weight, 1) for member in committee.members}


def _step(kind: str, settings: Mapping[str, Any]) -> str:
    return f"{kind} ({', '.join(f'{name} {value}' for name, value in settings.items())})" if settings else kind


def parameter_table(runs: Mapping[str, Run]) -> pd.DataFrame:
    """Set the settings of named runs side by side.

    Returns
    -------
    one row a setting: `setting`, one text column a run (a dash where it has no such setting), `differs` (bool)
    """
    known = {name: all_settings(run) for name, run in runs.items()}
    names = list(dict.fromkeys(setting for rows in known.values() for setting in rows))
    table = pd.DataFrame({"setting": names})
    for name, rows in known.items():
        table[name] = [rows.get(setting, ABSENT) for setting in names]
    table["differs"] = table[list(known)].nunique(axis=1).gt(1)
    return table
