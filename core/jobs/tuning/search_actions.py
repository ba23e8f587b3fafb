"""What people do with searches: create, pause, resume, cancel, add trials, delete. How far one is stands in the ledger.

A study of Optuna holds the request, the budget and the trials, so that any process can go on with the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import RegistryError, StudyError
from core.jobs.tuning.request import Budget, Search
from core.jobs.tuning.storage import storage, studies_lock, study_errors
from core.ledger.current import ledger
from core.ledger.states import TRANSITIONS, State
from core.models.catalogue import short_title
from core.permissions import Actor, require, require_writable
from core.runs.names import checked_name

if TYPE_CHECKING:
    import optuna

    from core.ledger.store import Record

SEARCH, STATE, REASON, BUDGET, SPENT = "search", "state", "reason", "budget", "spent"
UNLIMITED = 10**6
"""A search is taken up again however often its server dies, as its finished trials stay."""


def job_of(name: str) -> str:
    """Return the id of a search's job in the ledger."""
    return f"search-{name}"


def create(search: Search, name: str = "") -> str:
    """Write a new study and return its name; a name is made from model and sampler if empty.

    Raises
    ------
    StudyError
        A study of that name is there already.
    InputError
        The name is longer than 120 characters.
    RegistryError
        A database cannot be used; no study stays then.
    """
    require_writable()
    wanted, opened = checked_name(name) or _free_name(search), storage()
    import optuna

    with study_errors(), studies_lock():
        try:
            study = optuna.create_study(study_name=wanted, storage=opened, direction="maximize")
        except optuna.exceptions.DuplicatedStudyError:
            raise StudyError(_taken(wanted)) from None
        study.set_user_attr(BUDGET, search.budget.model_dump())
        study.set_user_attr(SEARCH, search.model_dump_json())
    try:
        _queue(wanted, search)
    except RegistryError:
        with study_errors():
            optuna.delete_study(study_name=wanted, storage=opened)
        raise
    return wanted


def _queue(name: str, search: Search) -> None:
    ledger().add(job_of(name), "search", search.owner, title=f"the search {name}", retries=UNLIMITED)


def _taken(name: str) -> str:
    state = state_of(load(name))
    way_out = "add trials to it" if state == "finished" else "resume it"
    return f"A search `{name}` exists already and is {state}; {way_out}, or choose another name."


def state_of(study: optuna.Study, job: Record | None = None) -> str:
    """Return how far a search is: what the ledger says, else what was written into the study at its end."""
    job = job or ledger().record(job_of(study.study_name))
    return job.state.value if job else str(study.user_attrs.get(STATE, State.INTERRUPTED.value))


def _free_name(search: Search) -> str:
    taken, base = set(names()), f"{short_title(search.model)} {search.sampler}"
    return next(name for number in range(1, len(taken) + 2) if (name := f"{base} {number}") not in taken)


def names() -> list[str]:
    """Every search's name, the newest first."""
    with study_errors():
        studies = storage().get_all_studies()
    return [study.study_name for study in reversed(studies) if SEARCH in study.user_attrs]


def load(name: str) -> optuna.Study:
    """Open a study; raises StudyError where there is none of that name."""
    opened = storage()
    import optuna

    try:
        with study_errors():
            return optuna.load_study(study_name=name, storage=opened, sampler=optuna.samplers.RandomSampler())
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


def pause(name: str, *, actor: Actor) -> None:
    """Pause a search: its running trials end first."""
    _ask(*_active(name, "pause", actor), "pause", State.PAUSED)


def cancel(name: str, *, actor: Actor) -> None:
    """End a search now; its finished trials stay."""
    study, job = _active(name, "cancel", actor)
    if _ask(study, job, "cancel", State.CANCELLED):
        _end_running(study)


def _ask(study: optuna.Study, job: Record, request: str, state: State) -> bool:
    """Ask whoever coordinates a search by now; it is brought to rest here, which is returned, where nobody does."""
    ledger().request(job.id, request)
    return rest(study, state)


def _active(name: str, action: str, actor: Actor) -> tuple[optuna.Study, Record]:
    """Return a search that can be paused or cancelled, given up where its process has died."""
    study = load(name)
    require(actor, action, search_of(study).owner, what=f"the search {name}")
    ledger().recover()
    job = ledger().record(job_of(name))
    possible = (State.PAUSED if action == "pause" else State.CANCELLED) in TRANSITIONS[job.state] if job else False
    if job is None or not possible:
        raise StudyError(f"The search `{name}` is {state_of(study)}; there is nothing to {action}.")
    return study, job


def rest(study: optuna.Study, state: State, reason: str = "") -> bool:
    """Bring a search to a state in which it rests; False where a process coordinates it, which is left alone."""
    idle = [source for source in State if source is not State.RUNNING]
    rests = ledger().end(job_of(study.study_name), state, reason, among=idle)
    if rests:
        note_end(study, state, reason)
    return rests


def note_end(study: optuna.Study, state: State, reason: str) -> None:
    """Write into a study how its search ended, for those who do not share the ledger."""
    write(study, **{STATE: state.value, REASON: reason})
    ledger().settle(job_of(study.study_name))


def resume(name: str, *, actor: Actor) -> None:
    """Queue a search that was paused, cancelled or interrupted, or failed; let one go on that is about to pause."""
    study = load(name)
    search = search_of(study)
    require(actor, "resume", search.owner, what=f"the search {name}")
    _again(name, search)


def _again(name: str, search: Search) -> None:
    job = ledger().record(job_of(name))
    if job is not None and job.state.active:
        ledger().request(job.id, "")
    else:
        _queue(name, search)


def _end_running(study: optuna.Study) -> None:
    from optuna.trial import TrialState

    with study_errors():
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            study.tell(trial.number, state=TrialState.FAIL)


def add_trials(name: str, more: int, *, actor: Actor) -> None:
    """Give a search `more` trials; raises StudyError for none, and for a grid, which is complete when it ends."""
    study = load(name)
    search = search_of(study)
    require(actor, "add trials to", search.owner, what=f"the search {name}")
    if more < 1:
        raise StudyError(f"Add at least one trial; got {more}.")
    if search.sampler == "grid":
        raise StudyError("All combinations of this grid have been tried; start a new search for other values.")
    budget = Budget.model_validate(study.user_attrs[BUDGET])
    spent = float(study.user_attrs.get(SPENT, 0)) / 60
    base = budget.trials if budget.trials is not None else len(study.get_trials(deepcopy=False))
    minutes = budget.minutes if budget.minutes is None or budget.minutes > spent else None
    write(study, **{BUDGET: Budget.checked(base + more, minutes).model_dump()})
    _again(name, search)


def delete(name: str, *, actor: Actor) -> None:
    """Delete a search that is not running, for good; runs that were promoted from it stay."""
    study = load(name)
    import optuna

    require(actor, "delete", search_of(study).owner, what=f"the search {name}")
    ledger().recover()
    if (job := ledger().record(job_of(name))) and job.state is State.RUNNING:
        raise StudyError(f"The search `{name}` is running; cancel it first.")
    with study_errors():
        optuna.delete_study(study_name=name, storage=storage())
    ledger().remove(job_of(name))
