"""Searches in Optuna's storage: created once, found again by any process, held by one coordinator at a time.

All that decides how a search goes on is in its study: the request, the budget, what people wish (pause, cancel), the
state it came to, and the lease of the process that coordinates it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

from core.errors import StudyError
from core.jobs.tuning.lease import LEASE, held
from core.jobs.tuning.request import Budget, Search
from core.jobs.tuning.storage import storage, studies_lock, study_errors
from core.runs.names import checked_name
from core.runs.registry import require_writable

if TYPE_CHECKING:
    import optuna

StudyState = Literal["running", "paused", "finished", "cancelled", "failed"]
Wish = Literal["run", "pause", "cancel"]
SEARCH, STATE, REASON, WISH, BUDGET, SPENT = "search", "state", "reason", "wish", "budget", "spent"
ASKED = "asked"
"""When somebody last asked for it to run, in seconds since the epoch."""


def create(search: Search, name: str = "") -> str:
    """Write a new study and return its name; a name is made from model and sampler if empty.

    Raises
    ------
    StudyError
        A study of that name is there already.
    InputError
        The name is longer than 120 characters.
    """
    import optuna

    require_writable()
    wanted, opened = checked_name(name) or _free_name(search), storage()
    with study_errors(), studies_lock():
        try:
            study = optuna.create_study(study_name=wanted, storage=opened, direction="maximize")
        except optuna.exceptions.DuplicatedStudyError:
            raise StudyError(_taken(wanted)) from None
        study.set_user_attr(BUDGET, search.budget.model_dump())
        study.set_user_attr(WISH, "run")
        study.set_user_attr(STATE, "running")
        study.set_user_attr(ASKED, time.time())
        study.set_user_attr(SEARCH, search.model_dump_json())
    return wanted


def _taken(name: str) -> str:
    attributes = load(name).user_attrs
    state = str(attributes.get(STATE, "unfinished"))
    way_out = "add trials to it" if state == "finished" else "resume it"
    return f"A search `{name}` exists already and is {state}; {way_out}, or choose another name."


def _free_name(search: Search) -> str:
    taken, base = set(names()), f"{search.model} {search.sampler}"
    return next(name for number in range(1, len(taken) + 2) if (name := f"{base} {number}") not in taken)


def names() -> list[str]:
    """Return every search's name, the newest first."""
    with study_errors():
        studies = storage().get_all_studies()
    return [study.study_name for study in reversed(studies) if SEARCH in study.user_attrs]


def load(name: str) -> optuna.Study:
    """Open a study; raises StudyError where there is none of that name."""
    import optuna

    try:
        with study_errors():
            return optuna.load_study(study_name=name, storage=storage(), sampler=optuna.samplers.RandomSampler())
    except KeyError:
        raise StudyError(
            f"There is no search `{name[:60]}`; `python -m core tune --list` lists all searches."
        ) from None


def search_of(study: optuna.Study) -> Search:
    """Return what was asked; raises StudyError where another version wrote it."""
    return Search.from_json(str(study.user_attrs.get(SEARCH, "")))


def write(study: optuna.Study, **attributes: Any) -> None:
    """Set attributes of a study."""
    with study_errors():
        for key, value in attributes.items():
            study.set_user_attr(key, value)


def wish(name: str, wanted: Wish) -> None:
    """Say what shall become of a search; its coordinator, or the next one, does it."""
    require_writable()
    study = load(name)
    state = study.user_attrs.get(STATE)
    if state in ("finished", "cancelled") and wanted != "run":
        raise StudyError(f"The search `{name}` is {state}; there is nothing to {wanted}.")
    write(study, **{WISH: wanted})
    if wanted == "run":
        write(study, **{ASKED: time.time(), STATE: "running", REASON: ""})
    elif not held(study.user_attrs.get(LEASE)):
        write(study, **{STATE: "paused" if wanted == "pause" else "cancelled"})
        if wanted == "cancel":
            _end_running(study)


def _end_running(study: optuna.Study) -> None:
    from optuna.trial import TrialState

    with study_errors():
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            study.tell(trial.number, state=TrialState.FAIL)


def add_trials(name: str, more: int) -> None:
    """Give a search `more` trials; raises StudyError for none, and for a grid, which is complete when it ends."""
    require_writable()
    study = load(name)
    search = search_of(study)
    if more < 1:
        raise StudyError(f"Add at least one trial; got {more}.")
    if search.sampler == "grid":
        raise StudyError("All combinations of this grid have been tried; start a new search for other values.")
    budget = Budget.model_validate(study.user_attrs[BUDGET])
    spent = float(study.user_attrs.get(SPENT, 0)) / 60
    base = budget.trials if budget.trials is not None else len(study.get_trials(deepcopy=False))
    minutes = budget.minutes if budget.minutes is None or budget.minutes > spent else None
    write(study, **{BUDGET: Budget.checked(base + more, minutes).model_dump()})
    wish(name, "run")


def delete(name: str) -> None:
    """Delete a search that is not at work, for good; runs that were promoted from it stay."""
    import optuna

    require_writable()
    if held(load(name).user_attrs.get(LEASE)):
        raise StudyError(f"The search `{name}` is running; cancel it first.")
    with study_errors():
        optuna.delete_study(study_name=name, storage=storage())
