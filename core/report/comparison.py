"""Finished runs beside each other on the same images: what page, command line and report all tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.errors import DigitLabError, UnknownRunError
from core.evaluation.agreement import disagreements
from core.evaluation.comparison import against_baseline, compare, leaderboard
from core.runs.leaderboard import check_rows, predictions
from core.runs.run import Run

Split = Literal["validation", "test"]
Read = Callable[[Run, str], np.ndarray]
COLUMNS = ("position", "true", "right", "answers", "setting", "differs")
"""What stands in a table beside runs' names, so that no run goes by it alone."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What runs answered for the same images.

    Attributes
    ----------
    labels : (n,) uint8
        The truth.
    runs : dict of str to Run
        By a name that only one of them has, in the order given.
    probabilities : dict of str to (n, 10) float32
        Of those runs whose predictions could be read.
    unread : dict of str to str
        Why the others' could not.
    """

    split: Split
    labels: np.ndarray
    runs: dict[str, Run]
    probabilities: dict[str, np.ndarray]
    unread: dict[str, str]

    @cached_property
    def answers(self) -> dict[str, np.ndarray]:
        """The digit that each run reads in each image, (n,) uint8."""
        return {name: rows.argmax(axis=1).astype(np.uint8) for name, rows in self.probabilities.items()}

    @cached_property
    def standings(self) -> pd.DataFrame:
        """As `core.evaluation.comparison.leaderboard`, with `kind` of the palette."""
        table = leaderboard(self.labels, self.answers)
        return table.assign(kind=[self.runs[name].model for name in table["name"]])

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """As `core.evaluation.comparison.compare`: McNemar's test of every pair, Holm-corrected."""
        return compare(self.labels, self.answers)

    @cached_property
    def disagreements(self) -> pd.DataFrame:
        """As `core.evaluation.agreement.disagreements`; empty for a single run."""
        return disagreements(self.labels, self.answers)

    def against(self, baseline: str) -> pd.DataFrame:
        """As `core.evaluation.comparison.against_baseline`."""
        return against_baseline(self.labels, self.answers, baseline)

    def as_dict(self) -> dict[str, Any]:
        """The JSON that the command line prints; runs and pairs name runs by id."""
        ids = {name: run.run_id for name, run in self.runs.items()}
        runs = [
            {"run_id": ids[row["name"]], **row, "model": self.runs[row["name"]].model}
            for row in self.standings.drop(columns="kind").to_dict("records")
        ]
        pairs = [
            row | {side: ids.get(row[side]) for side in ("first", "second", "better")}
            for row in self.pairs.to_dict("records")
        ]
        return {"split": self.split, "images": len(self.labels), "runs": runs, "pairs": pairs}


def compare_runs(runs: Sequence[Run], dataset: Dataset, split: Split = "test", read: Read | None = None) -> Comparison:
    """Set finished runs side by side on one split's images.

    Parameters
    ----------
    read : callable
        From run and split to stored probabilities (n, 10) float32; the registry's if None.

    Raises
    ------
    UnknownRunError
        For a run that is not finished, or was judged on other images.
    """
    for run in runs:
        check_comparable(run, dataset)
    labels = dataset.judges(split).labels
    named, known, unread = unique_names(runs), {}, {}
    for name, run in named.items():
        try:
            rows = read(run, split) if read else predictions(run, dataset).of(split)
            check_rows(rows, run, dataset, split)
            known[name] = rows
        except DigitLabError as error:
            unread[name] = str(error)
    return Comparison(split, labels, named, known, unread)


def check_comparable(run: Run, dataset: Dataset) -> None:
    """Raise UnknownRunError unless a run is finished and was judged on the images at hand."""
    if not run.finished:
        raise UnknownRunError(f"Run {run.short_id} ({run.name}) is {run.state.value}, so it cannot be compared.")
    if run.fingerprint != dataset.fingerprint:
        raise UnknownRunError(
            f"Run {run.short_id} ({run.name}) was evaluated on other images than the current data set; metrics of "
            "different images cannot be compared."
        )


def unique_names(runs: Sequence[Run]) -> dict[str, Run]:
    """The runs by name, the short id added where several have the same; a run given twice counts once."""
    once = list({run.run_id: run for run in runs}.values())
    counts = Counter(run.name for run in once)
    alone = {run.run_id: counts[run.name] == 1 and run.name not in COLUMNS for run in once}
    return {run.name if alone[run.run_id] else f"{run.name} ({run.short_id})": run for run in once}
