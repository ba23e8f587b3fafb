"""A search as a page or a command shows it: plain rows, read from the study in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import StudyError
from core.jobs.tuning import search_actions
from core.jobs.tuning.ask_and_tell import RECORD
from core.jobs.tuning.request import Budget, Search
from core.jobs.tuning.storage import storage, study_errors
from core.ledger.current import ledger
from core.settings import settings

if TYPE_CHECKING:
    import optuna

STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed", "RUNNING": "running", "WAITING": "waiting"}


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
    """One search with all its trials; `request` is what was asked of its coordinator, "pause" or "cancel"."""

    name: str
    search: Search
    state: str
    reason: str
    request: str
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
        return self.state in ("queued", "running")

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
    study = search_actions.load(name)
    job = ledger().record(search_actions.job_of(name))
    with study_errors():
        attributes = study.user_attrs
        trials = study.get_trials(deepcopy=False)
    return StudyView(
        name=name,
        search=search_actions.search_of(study),
        state=search_actions.state_of(study, job),
        reason=job.reason if job else str(attributes.get(search_actions.REASON, "")),
        request=job.request if job else "",
        budget=Budget.model_validate(attributes[search_actions.BUDGET]),
        spent=float(attributes.get(search_actions.SPENT, 0.0)),
        trials=tuple(row(trial) for trial in trials),
        study=study,
    )


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
        reason=record.get("failed") or record.get("job", ""),
    )


_settled: dict[tuple[str, str], tuple[dict[str, Any], StudyView]] = {}


def all_views() -> list[StudyView]:
    """Return every search that this version can read, the newest first; one that rests is read once."""
    with study_errors():
        stored = [study for study in storage().get_all_studies() if search_actions.SEARCH in study.user_attrs]
    active = {job.id for job in ledger().records(kind="search", active=True)}
    found = []
    for study in reversed(stored):
        rests = search_actions.job_of(study.study_name) not in active
        try:
            found.append(_view_if_changed(study.study_name, study.user_attrs, rests))
        except StudyError:
            continue
    return found


def _view_if_changed(name: str, attributes: dict[str, Any], rests: bool) -> StudyView:
    key = (settings().studies_url, name)
    kept = _settled.get(key)
    if rests and kept and kept[0] == attributes:
        return kept[1]
    found = view(name)
    if found.state in ("finished", "cancelled", "paused"):
        _settled[key] = (attributes, found)
    return found
