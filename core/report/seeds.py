"""Runs that differ in nothing but the seed: one configuration, tried several times."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from core.evaluation.configurations import compare_configurations
from core.report.comparison import Split
from core.runs.run import Run


def configurations(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """Group runs that were trained alike but for the seed, by a name that only one group has; in the order given."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        if run.trained_as is not None:
            groups.setdefault(_configuration_key(run), []).append(run)
    named: dict[str, list[Run]] = {}
    for members in groups.values():
        name = configuration_name(members[0])
        named[name if name not in named else f"{name} ({members[0].short_id})"] = members
    return named


def _configuration_key(run: Run) -> str:
    assert run.specification is not None
    content = run.specification.model_dump(mode="json", exclude={"preset", "seed"})
    return json.dumps([content, run.fingerprint], sort_keys=True)


def configuration_name(run: Run) -> str:
    """Name a configuration: its kind and preset, and how many images it learned from."""
    specification = run.trained_as
    if specification is None:
        return run.name
    limit = specification.experiment.limit
    return f"{specification.model} {specification.preset or 'custom'}" + (f", {limit:,} images" if limit else "")


def accuracies(groups: dict[str, list[Run]], split: Split) -> dict[str, list[float]]:
    """Return the accuracy (0..1) of each run of each group; groups without one are left out."""
    name = f"{split}_accuracy"
    known = {group: [run.metrics[name] for run in runs if name in run.metrics] for group, runs in groups.items()}
    return {group: values for group, values in known.items() if values}


def configuration_pairs(groups: dict[str, list[Run]], split: Split = "test") -> pd.DataFrame:
    """Return the same as `core.evaluation.configurations.compare_configurations`, of groups of runs."""
    return compare_configurations(accuracies(groups, split))


def configuration_table(groups: dict[str, list[Run]], split: Split = "test") -> pd.DataFrame:
    """Return per configuration: its name, `seeds`, `mean`, `spread` (standard deviation), `low`, `high` (0..1)."""
    rows = [
        (name, len(values), pd.Series(values).mean(), pd.Series(values).std(), min(values), max(values))
        for name, values in accuracies(groups, split).items()
    ]
    return pd.DataFrame(rows, columns=["configuration", "seeds", "mean", "spread", "low", "high"])
