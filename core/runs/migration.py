"""Databases that are made whole or not at all, and migrated after a backup; and a home that has moved.

Nothing here is done to a server's database: its owner upgrades it, and the library says with which command.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from core.errors import RegistryError
from core.settings import settings

ALEMBIC = threading.Lock()
"""Held while tables are made or migrated: Alembic keeps the migration at work in globals, where MLflow's and Optuna's
would meet in a server that opens registry and studies at once."""


def bring_up_to_date(
    database: Path, revisions: Callable[[], tuple[str, ...]], migrate: Callable[[Path], None]
) -> Path | None:
    """Make a SQLite file, or migrate it to the newest of some revisions; call it under the lock of its owner.

    The work is done on a copy beside it and taken over in one transaction, so that a process which dies meanwhile
    leaves the database as it was.

    Parameters
    ----------
    database : Path
        Is made where it does not exist or has no tables, as a full disk at the first start may leave it.
    revisions : callable
        Gives all that the installed library knows, the newest first.
    migrate : callable
        Makes the database at a path, or migrates it, to the newest.

    Returns
    -------
    Path or None
        The backup; None where none was needed.

    Raises
    ------
    RegistryError
        A newer version wrote it, it cannot be backed up, or it could not be migrated and is as it was.
    """
    if _is_empty(database):
        _take_over(database, migrate)
        return None
    found = revision(database)
    if found is None or found == (known := revisions())[0]:
        return None
    if found not in known:
        raise RegistryError(
            f"{database} was written by newer libraries than are installed here: install those of the newer Digit Lab, "
            f"or restore a backup from {backups()}."
        )
    backup = _back_up(database, found)
    try:
        _take_over(database, migrate)
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise RegistryError(f"{database} could not be migrated and is as it was before: {first[:200]}.") from error
    return backup


def _is_empty(database: Path) -> bool:
    """Return whether there is no database at a path, or one without any table."""
    if not database.is_file() or database.stat().st_size == 0:
        return True
    try:
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))
    except sqlite3.DatabaseError:
        return False


def _take_over(database: Path, migrate: Callable[[Path], None]) -> None:
    """Migrate a copy of the database, a new one where there is none, and write it back."""
    folder = database.with_name(f".{database.stem}-in-work")
    shutil.rmtree(folder, ignore_errors=True)  # of a process that died
    folder.mkdir(parents=True)
    try:
        copy = folder / database.name
        if not _is_empty(database):
            _copy(database, copy)
        with ALEMBIC:
            migrate(copy)
        _copy(copy, database)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def backups() -> Path:
    """Return where databases are kept as they were before a migration."""
    return settings().home / "backups"


def revision(database: Path) -> str | None:
    """Return the revision that a SQLite file was last migrated to.

    None where there is none (or no readable database).
    """
    if not database.is_file() or database.stat().st_size == 0:
        return None
    try:
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return None
    return str(row[0]) if row else None


def known_revisions(package: str, folder: str) -> tuple[str, ...]:
    """Return the revisions of a library's migrations, the newest first, from a folder of one of its packages."""
    from importlib.util import find_spec

    from alembic.script import ScriptDirectory

    spec = find_spec(package)
    assert spec is not None and spec.submodule_search_locations
    script = ScriptDirectory(str(Path(spec.submodule_search_locations[0]) / folder))
    return tuple(entry.revision for entry in script.walk_revisions())


def _back_up(database: Path, found: str) -> Path:
    folder = backups()
    target = folder / f"{database.stem}-{time.strftime('%Y%m%d-%H%M%S')}-{found}.db"
    staging = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy(database, staging)
        staging.replace(target)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            staging.unlink()
        raise RegistryError(f"{database} must be migrated, and cannot be backed up to {folder}: {error}.") from error
    return target


def _copy(source: Path, target: Path) -> None:
    """Copy a database with what its write-ahead log holds."""
    with closing(sqlite3.connect(source, timeout=30)) as one, closing(sqlite3.connect(target, timeout=30)) as other:
        one.backup(other)


ADDRESSES = (("runs", "artifact_uri"), ("logged_models", "artifact_location"))
"""Where MLflow keeps the places of artefacts, besides the experiment's own."""


def follow_home(database: Path, experiment: str, artifacts: Path) -> None:
    """Let the runs of a home folder that was moved or copied have their artefacts in it.

    MLflow keeps whole addresses. Those of a database that lies in a home are made to point into that home: a copy
    would otherwise read and write the artefacts of the original.
    """
    if revision(database) is None:
        return
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        query = "SELECT experiment_id, artifact_location FROM experiments WHERE name = ?"
        row = connection.execute(query, (experiment,)).fetchone()
        if row is None or row[1] == artifacts.as_uri() or path_of(row[1]) is None:
            return
        known, old, new = row[0], row[1], artifacts.as_uri()
        connection.execute("UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?", (new, known))
        for table, column in ADDRESSES:
            connection.execute(
                f"UPDATE {table} SET {column} = ?1 || substr({column}, length(?2) + 1) "
                f"WHERE experiment_id = ?3 AND substr({column}, 1, length(?2) + 1) = ?2 || '/'",
                (new, old, known),
            )
        for column in ("source", "storage_location"):  # of shipped models that were champion
            connection.execute(
                f"UPDATE model_versions SET {column} = ?1 || substr({column}, length(?2) + 1) "
                f"WHERE substr({column}, 1, length(?2) + 1) = ?2 || '/'",
                (new, old),
            )


def keep_default_experiment_in(database: Path, artifacts: Path) -> None:
    """Give MLflow's default experiment, while it has no runs, a place below `artifacts`.

    MLflow makes it, with the folder that the first process was started in.
    """
    place = (artifacts / "default").as_uri()
    query = "SELECT artifact_location FROM experiments WHERE experiment_id = 0"
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        row = connection.execute(query).fetchone()
        if row is None or row[0] == place:
            return
        connection.execute(
            "UPDATE experiments SET artifact_location = ? WHERE experiment_id = 0 "
            "AND NOT EXISTS (SELECT 1 FROM runs WHERE experiment_id = 0)",
            (place,),
        )


def path_of(uri: str) -> Path | None:
    """Return the path that a `file:` address, or a plain path, means; None for a place elsewhere."""
    parts = urlparse(uri)
    return Path(url2pathname(unquote(parts.path))) if parts.scheme in ("file", "") else None
