"""The door to MLflow: its database is created once, under a lock, and every failure is told in one sentence."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from core import database_faults
from core.database_faults import sentence_of, without_password
from core.errors import RegistryError
from core.file_lock import file_lock
from core.loading import LOADING
from core.reachable import require_answer
from core.runs.internals import migrate_registry, registry_revisions
from core.runs.migration import bring_up_to_date, follow_home, keep_default_experiment_in
from core.settings import Settings, settings

T = TypeVar("T")

EXPERIMENT = "Digit Lab"
LOCK_SECONDS = 120

_clients: dict[str, tuple[Any, str]] = {}
_opening = threading.Lock()


def client() -> Any:
    """Return the process's `mlflow.MlflowClient` for the settings in force; opened at the first call (seconds)."""
    return _opened(settings())[0]


def experiment_id() -> str:
    """Return MLflow's id of the experiment that holds every run."""
    return _opened(settings())[1]


def _opened(chosen: Settings) -> tuple[Any, str]:
    with _opening:
        if chosen.tracking_uri not in _clients:
            with registry_errors():
                _clients[chosen.tracking_uri] = _open(chosen)
        return _clients[chosen.tracking_uri]


def _open(chosen: Settings) -> tuple[Any, str]:
    with file_lock(_lock_file(chosen), LOCK_SECONDS):
        connection, database = _connect(chosen), sqlite_file(chosen.tracking_uri)
        ours = _experiment(connection, chosen, local=database is not None)
        if database is not None and not chosen.readonly:
            keep_default_experiment_in(database, chosen.artifacts)
        return connection, ours


def _migrate() -> None:
    """Create the database, or bring it to the installed MLflow's version, without writing anything else."""
    with file_lock(_lock_file(settings()), LOCK_SECONDS):
        _connect(settings()).search_experiments(max_results=1)


def _lock_file(chosen: Settings) -> Path:
    chosen.home.mkdir(parents=True, exist_ok=True)
    return chosen.home / "registry.lock"


def _connect(chosen: Settings) -> Any:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
    with LOADING:
        from mlflow import MlflowClient

    require_answer(chosen.tracking_uri)
    database = sqlite_file(chosen.tracking_uri)
    if database:
        bring_up_to_date(database, registry_revisions, migrate_registry)
        if database.is_relative_to(chosen.home):
            follow_home(database, EXPERIMENT, chosen.artifacts)
        _use_write_ahead_log(database)
    return MlflowClient(tracking_uri=chosen.tracking_uri)


def _experiment(connection: Any, chosen: Settings, *, local: bool) -> str:
    found = connection.get_experiment_by_name(EXPERIMENT)
    if found:
        return str(found.experiment_id)
    location = chosen.artifacts.as_uri() if local else None
    return str(connection.create_experiment(EXPERIMENT, artifact_location=location))


def is_database(uri: str) -> bool:
    """Return whether an address is that of a database, and not of a tracking server before one."""
    return uri.startswith(("sqlite:", "postgresql", "mysql"))


def sqlite_file(uri: str) -> Path | None:
    """Return the file behind a SQLite address, or None for a server."""
    return Path(uri.removeprefix("sqlite:///")) if uri.startswith("sqlite:///") else None


def _use_write_ahead_log(database: Path) -> None:
    """Let readers read while one writes: without it an exclusive lock blocked them for 20 s."""
    database.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(database, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


@contextmanager
def registry_errors() -> Iterator[None]:
    """Turn what MLflow, SQLite and the network raise into one RegistryError that says what to do."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise RegistryError(_sentence(error)) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("mlflow", "sqlalchemy", "requests", "alembic", "filelock"):
            raise RegistryError(_sentence(error)) from error
        raise


def retry_if_locked(write: Callable[[], T]) -> T:
    """Write to the registry, again where another program keeps it locked."""
    return database_faults.retry_if_locked(registry_errors()(write))


def _sentence(error: Exception) -> str:
    uri = without_password(settings().tracking_uri)
    text = str(error).partition("\n")[0].strip().rstrip(".")[:300]
    unanswered = isinstance(error, ConnectionError | TimeoutError | socket.gaierror) and uri.startswith("http")
    if unanswered or "ConnectionPool(" in text:
        return (
            f"The tracking server at {uri} does not answer: start it, or unset MLFLOW_TRACKING_URI to keep runs on "
            "this machine."
        )
    return sentence_of(text, f"The run registry {uri}", settings().home)
