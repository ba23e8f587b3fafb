"""A search as a page or a command shows it: plain rows, read from the study in one go."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import StudyError
from core.jobs.tuning import studies
from core.jobs.tuning.lease import LEASE, held
from core.jobs.tuning.request import Budget, Search
from core.jobs.tuning.storage import storage, study_errors
from core.jobs.tuning.trials import RECORD
from core.settings import settings

if TYPE_CHECKING:
    import optuna

STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed", "RUNNING": "running", "WAITING": "waiting"}
SECONDS_TO_TAKE_UP = 15.0


@dataclass(frozen=True)
class TrialRow:
    """One trial.

    Attributes
    ----------
    state : str
        "running", "complete", "pruned" (ended early as poor) or "failed".
    parameters : dict
        The searched parameters.
    score : float or None
        Validation accuracy, 0 to 1; of a pruned trial the last that it reached.
    spread : float or None
        Standard deviation over the folds; None without folds.
    seconds : float or None
        Fitting and judging, of one worker.
    curve : tuple of (int, float)
        Intermediate scores by step.
    worker : str
        Host and process.
    started, ended : float or None
        Seconds since the epoch.
    """

    number: int
    state: str
    parameters: dict[str, Any]
    score: float | None = None
    spread: float | None = None
    seconds: float | None = None
    curve: tuple[tuple[int, float], ...] = ()
    worker: str = ""
    started: float | None = None
    ended: float | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return what the command line prints."""
        names = ("number", "state", "parameters", "score", "seconds")
        return {name: getattr(self, name) for name in names} | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class StudyView:
    """One search with all its trials; `state` is "interrupted" where it should run and nobody coordinates it."""

    name: str
    search: Search
    state: str
    reason: str
    wish: str
    budget: Budget
    spent: float
    trials: tuple[TrialRow, ...]
    study: optuna.Study = field(repr=False, compare=False)

    @property
    def best(self) -> TrialRow | None:
        """The complete trial with the highest score, the first of equals."""
        complete = [trial for trial in self.trials if trial.state == "complete"]
        return max(complete, key=lambda trial: (trial.score or 0.0, -trial.number), default=None)

    @property
    def ended(self) -> int:
        """How many trials are over."""
        return sum(trial.state not in ("running", "waiting") for trial in self.trials)

    @property
    def at_work(self) -> bool:
        """Whether something may still change by itself."""
        return self.state == "running"

    @property
    def seconds(self) -> float:
        """Work of all trials, in seconds of one worker."""
        return sum(trial.seconds or 0.0 for trial in self.trials)

    def as_dict(self) -> dict[str, Any]:
        """Return the command line's JSON document."""
        best = self.best
        return {
            "study": self.name,
            "state": self.state,
            "reason": self.reason,
            "best": best and {name: best.as_dict()[name] for name in ("number", "parameters", "score")},
            "trials": [trial.as_dict() for trial in self.trials],
        }


def view(name: str) -> StudyView:
    """Read a search; raises StudyError where there is none of that name."""
    study = studies.load(name)
    with study_errors():
        attributes = study.user_attrs
        trials = study.get_trials(deepcopy=False)
    return StudyView(
        name=name,
        search=studies.search_of(study),
        state=_state(attributes),
        reason=str(attributes.get(studies.REASON, "")),
        wish=str(attributes.get(studies.WISH, "run")),
        budget=Budget.model_validate(attributes[studies.BUDGET]),
        spent=float(attributes.get(studies.SPENT, 0.0)),
        trials=tuple(row(trial) for trial in trials),
        study=study,
    )


def _state(attributes: dict[str, Any]) -> str:
    state = str(attributes.get(studies.STATE, "running"))
    fresh = time.time() - float(attributes.get(studies.ASKED, 0)) < SECONDS_TO_TAKE_UP
    return "interrupted" if state == "running" and not fresh and not held(attributes.get(LEASE)) else state


def row(trial: optuna.trial.FrozenTrial) -> TrialRow:
    """Flatten one of Optuna's trials."""
    record = trial.user_attrs.get(RECORD, {})
    folds = record.get("score", {}).get("folds", ())
    curve = tuple(sorted(trial.intermediate_values.items()))
    reached = curve[-1][1] if curve else None
    return TrialRow(
        number=trial.number,
        state=STATES[trial.state.name],
        parameters=dict(trial.params),
        score=trial.value if trial.value is not None else reached,
        spread=float(np.std(folds, ddof=1)) if len(folds) > 1 else None,
        seconds=record.get("score", {}).get("seconds"),
        curve=curve,
        worker=record.get("worker", ""),
        started=record.get("started"),
        ended=record.get("ended"),
        reason=record.get("failed", ""),
    )


_settled: dict[tuple[str, str], tuple[dict[str, Any], StudyView]] = {}


def all_views() -> list[StudyView]:
    """Return every search that this version can read, the newest first; one that rests is read once."""
    with study_errors():
        stored = [study for study in storage().get_all_studies() if studies.SEARCH in study.user_attrs]
    found = []
    for study in reversed(stored):
        try:
            found.append(_view_if_changed(study.study_name, study.user_attrs))
        except StudyError:
            continue
    return found


def _view_if_changed(name: str, attributes: dict[str, Any]) -> StudyView:
    key = (settings().studies_url, name)
    kept = _settled.get(key)
    if kept and kept[0] == attributes:
        return kept[1]
    found = view(name)
    if found.state in ("finished", "cancelled", "paused"):
        _settled[key] = (attributes, found)
    return found
