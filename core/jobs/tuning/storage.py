"""The door to Optuna's storage: created once under a lock, and every failure told in one sentence."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.database_faults import sentence_of, without_password
from core.errors import RegistryError, StudyError
from core.file_lock import file_lock
from core.loading import LOADING
from core.reachable import require_answer
from core.runs.database import sqlite_file
from core.runs.internals import study_revisions
from core.runs.migration import ALEMBIC, bring_up_to_date
from core.settings import Settings, settings

LOCK_SECONDS = 120

_opened: dict[str, Any] = {}
_opening = threading.Lock()


def storage() -> Any:
    """Return the process's Optuna storage for the settings in force; finished trials are read once and kept."""
    chosen = settings()
    with _opening:
        if chosen.studies_url not in _opened:
            with study_errors():
                _opened[chosen.studies_url] = _open(chosen)
        return _opened[chosen.studies_url]


def _open(chosen: Settings) -> Any:
    require_answer(chosen.studies_url)
    _refuse_registry(chosen)
    chosen.home.mkdir(parents=True, exist_ok=True)
    with LOADING:
        import optuna
        from optuna.storages import RDBStorage, get_storage

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    database = sqlite_file(chosen.studies_url)
    options = {"connect_args": {"timeout": 30}} if database else {"pool_pre_ping": True}
    with studies_lock():
        if database:
            database.parent.mkdir(parents=True, exist_ok=True)
            bring_up_to_date(database, study_revisions, _migrate_file)
            connection = sqlite3.connect(database, timeout=30)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.close()
        with ALEMBIC:
            return get_storage(RDBStorage(chosen.studies_url, engine_kwargs=options))


def written_and_removed() -> str:
    """Write a study and remove it again; returns the storage's address, without its password."""
    opened, name = storage(), f"check-{uuid.uuid4().hex[:8]}"
    import optuna

    with study_errors():
        optuna.create_study(study_name=name, storage=opened)
        optuna.delete_study(study_name=name, storage=opened)
    return shown_url()


def _refuse_registry(chosen: Settings) -> None:
    """Raise StudyError, before anything is touched, where the studies would share a database with MLflow."""
    database, registry = sqlite_file(chosen.studies_url), sqlite_file(chosen.tracking_uri)
    if chosen.studies_url == chosen.tracking_uri or (database and (_same(database, registry) or _is_mlflows(database))):
        raise StudyError(f"`DIGITLAB_STUDIES` must not be MLflow's database; name another one than {shown_url()}.")


def _same(one: Path, other: Path | None) -> bool:
    return other is not None and one.resolve() == other.resolve()


def _is_mlflows(database: Path) -> bool:
    """Return whether a SQLite file holds MLflow's tables; opened so that no journal appears beside it."""
    if not database.is_file():
        return False
    address = f"{database.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError:
        return False
    return {"experiments", "runs"} <= names


def _migrate_file(database: Path) -> None:
    """Make a new storage, or do what `optuna storage upgrade` does."""
    from optuna.storages import RDBStorage

    stored = RDBStorage(f"sqlite:///{database}", skip_compatibility_check=True)
    try:
        stored.upgrade()
    finally:
        stored.engine.dispose()


def studies_lock() -> FileLock:
    """Return the lock of this home under which studies are created and taken."""
    return file_lock(settings().home / "studies.lock", LOCK_SECONDS)


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
    return (
        type(error).__name__ == "StorageInternalError"
        or (isinstance(error, ImportError) and "storage URL" in str(error))
        or (isinstance(error, RuntimeError) and "table schema" in str(error))
    )


def _sentence(error: Exception) -> str:
    text = str(error.__cause__ or error).strip().partition("\n")[0].rstrip(".")[:300]
    return sentence_of(text, f"The database of searches {shown_url()}", settings().home)


def shown_url() -> str:
    """Return the storage's address without its password."""
    return without_password(settings().studies_url)
