"""A search's trials as tidy tables, for figures and for comparison; and what past trials say of the next one's time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from core.jobs.tuning.request import Search
from core.jobs.tuning.view import StudyView, TrialRow


def table(trials: Iterable[TrialRow]) -> pd.DataFrame:
    """Return a row a trial: `number`, `state`, each parameter, `score`, `spread`, `seconds`, `worker`, times."""
    return pd.DataFrame(
        [
            {
                "number": trial.number,
                "state": trial.state,
                **trial.parameters,
                "score": trial.score,
                "spread": trial.spread,
                "seconds": trial.seconds,
                "worker": trial.worker,
                "started": trial.started,
                "ended": trial.ended,
                "reason": trial.reason,
            }
            for trial in trials
        ]
    )


def progress_table(trials: Iterable[TrialRow]) -> pd.DataFrame:
    """Return how the best score grew: `trials` and `seconds` of work until each trial's end, and `best`, 0 to 1."""
    ended = sorted((trial for trial in trials if trial.ended is not None), key=lambda trial: trial.ended or 0.0)
    best, spent, rows = 0.0, 0.0, []
    for count, trial in enumerate(ended, start=1):
        spent += trial.seconds or 0.0
        if trial.state == "complete":
            best = max(best, trial.score or 0.0)
        if best:
            rows.append({"trials": count, "seconds": spent, "best": best})
    return pd.DataFrame(rows, columns=["trials", "seconds", "best"])


def expected_seconds(search: Search, known: Iterable[StudyView]) -> float | None:
    """Return what a trial has taken in searches like this one, in seconds (median); None where there was none."""

    def alike(other: Search) -> bool:
        return (search.model, search.recipe, search.limit, search.folds, search.fingerprint) == (
            other.model, other.recipe, other.limit, other.folds, other.fingerprint
        )  # fmt: skip

    seconds = [
        trial.seconds
        for study in known
        if alike(study.search)
        for trial in study.trials
        if trial.state == "complete" and trial.seconds is not None
    ]
    return float(np.median(seconds)) if seconds else None
