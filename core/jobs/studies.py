"""Searches in Optuna's storage: created once, found again by any process, held by one coordinator at a time.

All that decides how a search goes on is in its study: the request, the budget, what people wish (pause, cancel), the
state it came to, and the lease of the process that coordinates it.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from filelock import FileLock

from core.errors import RegistryError, StudyError
from core.jobs.tuning_lease import LEASE, held
from core.jobs.tuning_request import Budget, Search
from core.runs.database import sqlite_file
from core.runs.registry import clean_name, require_writable
from core.settings import Settings, settings

if TYPE_CHECKING:
    import optuna

StudyState = Literal["running", "paused", "finished", "cancelled", "failed"]
Wish = Literal["run", "pause", "cancel"]
LOCK_SECONDS = 120
SEARCH, STATE, REASON, WISH, BUDGET, SPENT = "search", "state", "reason", "wish", "budget", "spent"
ASKED = "asked"
"""When somebody last asked for it to run, in seconds since the epoch."""

_opened: dict[str, Any] = {}
_opening = threading.Lock()


def storage() -> Any:
    """The process's Optuna storage for the settings in force; finished trials are read once and kept."""
    chosen = settings()
    with _opening:
        if chosen.studies_url not in _opened:
            with study_errors():
                _opened[chosen.studies_url] = _open(chosen)
        return _opened[chosen.studies_url]


def _open(chosen: Settings) -> Any:
    chosen.home.mkdir(parents=True, exist_ok=True)
    import optuna
    from optuna.storages import RDBStorage, get_storage

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    database = sqlite_file(chosen.studies_url)
    options = {"connect_args": {"timeout": 30}} if database else {"pool_pre_ping": True}
    with studies_lock():
        if database:
            database.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(database, timeout=30)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.close()
        return get_storage(RDBStorage(chosen.studies_url, engine_kwargs=options))


def studies_lock() -> FileLock:
    """The lock of this home under which studies are created and taken."""
    return FileLock(settings().home / "studies.lock", timeout=LOCK_SECONDS)


@contextmanager
def study_errors() -> Iterator[None]:
    """Turn what Optuna's storage and its database raise into one RegistryError that names the place."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise RegistryError(_sentence(error)) from error
    except Exception as error:
        module = type(error).__module__.partition(".")[0]
        if module in ("sqlalchemy", "alembic", "filelock", "psycopg2", "psycopg") or _is_storage_error(error):
            raise RegistryError(_sentence(error)) from error
        raise


def _is_storage_error(error: Exception) -> bool:
    return type(error).__name__ == "StorageInternalError" or (
        isinstance(error, ImportError) and "storage URL" in str(error)
    )


def _sentence(error: Exception) -> str:
    text = str(error.__cause__ or error).strip().partition("\n")[0].rstrip(".")[:300]
    return f"The studies at {shown_url()} cannot be used: {text}."


def shown_url() -> str:
    """The storage's address without its password."""
    from sqlalchemy.engine import make_url

    try:
        return make_url(settings().studies_url).render_as_string(hide_password=True)
    except Exception as error:
        if type(error).__module__.startswith("sqlalchemy"):
            return "DIGITLAB_STUDIES (not a database address)"
        raise


def create(search: Search, name: str = "") -> str:
    """Write a new study and return its name; a name is made from model and sampler if empty.

    Raises
    ------
    StudyError
        A study of that name is there already.
    """
    import optuna

    require_writable()
    wanted, opened = clean_name(name) or _free_name(search), storage()
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
    return f"There is a search `{name}` already, and it is {state}; {way_out}, or choose another name."


def _free_name(search: Search) -> str:
    taken, base = set(names()), f"{search.model} {search.sampler}"
    return next(name for number in range(1, len(taken) + 2) if (name := f"{base} {number}") not in taken)


def names() -> list[str]:
    """Every search's name, the newest first."""
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
            f"There is no search `{name[:60]}`; `python -m core tune --list` names those there are."
        ) from None


def search_of(study: optuna.Study) -> Search:
    """What was asked; raises StudyError where another version wrote it."""
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
        raise StudyError("A grid is complete with its last combination; start a new search to try other values.")
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
        raise StudyError(f"The search `{name}` is at work; cancel it first.")
    with study_errors():
        optuna.delete_study(study_name=name, storage=storage())
