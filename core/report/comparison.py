"""Finished runs beside each other on the same images: what page, command line and report all tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.judging import JudgingSet, judging_set
from core.errors import DigitLabError
from core.evaluation.agreement import disagreements
from core.evaluation.comparison import against_baseline, compare, leaderboard
from core.runs.judging import answers, check_may_be_judged
from core.runs.leaderboard import check_rows
from core.runs.run import Run

Split = str
"""A name of `core.data.judging.judging_names`."""

Read = Callable[[Run, str], np.ndarray]
COLUMNS = ("position", "true", "right", "answers", "setting", "differs")
"""What stands in a table beside runs' names, so that no run goes by it alone."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What runs answered for the same images.

    Attributes
    ----------
    images : JudgingSet
    runs : dict of str to Run
        By a name that only one of them has, in the order given.
    probabilities : dict of str to (n, 10) float32
        Of those runs whose predictions could be read.
    unread : dict of str to str
        Why the others' could not.
    """

    images: JudgingSet
    runs: dict[str, Run]
    probabilities: dict[str, np.ndarray]
    unread: dict[str, str]

    @property
    def split(self) -> str:
        """The name of the images."""
        return self.images.name

    @property
    def labels(self) -> np.ndarray:
        """The truth, (n,) uint8."""
        return self.images.split.labels

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
        """Return the same as `core.evaluation.comparison.against_baseline`."""
        return against_baseline(self.labels, self.answers, baseline)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON that the command line prints; runs and pairs name runs by id."""
        ids = {name: run.run_id for name, run in self.runs.items()}
        runs = [
            {"run_id": ids[row["name"]], **row, "model": self.runs[row["name"]].model}
            for row in self.standings.drop(columns="kind").to_dict("records")
        ]
        pairs = [
            row | {side: ids.get(row[side]) for side in ("first", "second", "better")}
            for row in self.pairs.to_dict("records")
        ]
        judged = {"split": self.split, "images": len(self.labels), "fingerprint": self.images.fingerprint}
        return {**judged, "notes": list(self.images.notes), "runs": runs, "pairs": pairs}


def compare_runs(runs: Sequence[Run], dataset: Dataset, split: str = "test", read: Read | None = None) -> Comparison:
    """Set finished runs side by side on the same images.

    Parameters
    ----------
    split : str
        A name of `core.data.judging.judging_names`.
    read : callable
        From run and split to stored probabilities (n, 10) float32; the registry's if None.

    Raises
    ------
    UnknownRunError
        For a run that is not finished, or was judged on other images.
    """
    images = judging_set(dataset, split)
    for run in runs:
        if run.has_model or not images.own:
            check_may_be_judged(run, images, dataset)
    named, known, unread = unique_names(runs), {}, {}
    for name, run in named.items():
        try:
            check_may_be_judged(run, images, dataset)
            rows = read(run, split) if read else answers(run, images, dataset)
            check_rows(rows, run, len(images.split), images.title)
            known[name] = rows
        except DigitLabError as error:
            unread[name] = str(error)
    return Comparison(images, named, known, unread)


def unique_names(runs: Sequence[Run]) -> dict[str, Run]:
    """Return the runs by name, the short id added where several have the same; a run given twice counts once."""
    once = list({run.run_id: run for run in runs}.values())
    counts = Counter(run.name for run in once)
    alone = {run.run_id: counts[run.name] == 1 and run.name not in COLUMNS for run in once}
    return {run.name if alone[run.run_id] else f"{run.name} ({run.short_id})": run for run in once}
