from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from core.errors import RegistryError
from core.runs import registry
from core.runs.migration import backups, bring_up_to_date, revision

OLDER = "bd07f7e963c5"
"""The revision of MLflow's version 1.25, of 2022: most of today's tables are not there."""


def database(path: Path, found: str) -> Path:
    """A database of some revision with one word in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            f"CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('{found}');"
            "CREATE TABLE words (word TEXT); INSERT INTO words VALUES ('kept');"
        )
    return path


def words(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM words")]


def known() -> tuple[str, ...]:
    return ("c", "b", "a")


def test_the_newest_and_what_is_no_database_are_left_alone(home: Path) -> None:
    assert bring_up_to_date(database(home / "new.db", "c"), known, pytest.fail) is None
    (home / "damaged.db").write_bytes(b"not a database at all" * 100)
    assert bring_up_to_date(home / "damaged.db", known, pytest.fail) is None
    assert not backups().exists()


def test_registry_and_studies_are_migrated_one_after_the_other(home: Path) -> None:
    """Alembic keeps the migration at work in globals."""
    both = threading.Barrier(2)
    met: list[Path] = []

    def migrate(path: Path) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)
            met.append(path)
        database(path, "c")

    with ThreadPoolExecutor(2) as threads:
        made = [threads.submit(bring_up_to_date, home / name, known, migrate) for name in ("one.db", "other.db")]
    assert [one.result() for one in made] == [None, None]
    assert not met
    assert [words(home / name) for name in ("one.db", "other.db")] == [["kept"], ["kept"]]


@pytest.mark.parametrize("empty", [True, False])
def test_what_is_not_there_is_made_whole_or_not_at_all(home: Path, empty: bool) -> None:
    new = home / "below" / "new.db"
    if empty:
        new.parent.mkdir(parents=True)
        new.touch()

    def die(copy: Path) -> None:
        assert not copy.exists(), "MLflow tells by that whether it makes or migrates one"
        database(copy, "b")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(new, known, die)
    assert revision(new) is None
    assert bring_up_to_date(new, known, lambda copy: database(copy, "c") and None) is None
    assert (revision(new), words(new)) == ("c", ["kept"])
    assert [path.name for path in new.parent.iterdir()] == ["new.db"]
    assert not backups().exists()


def test_an_older_one_is_backed_up_before_it_is_migrated(home: Path) -> None:
    old = database(home / "old.db", "a")

    def migrate(copy: Path) -> None:
        assert words(old) == ["kept"]
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.executescript("UPDATE alembic_version SET version_num = 'c'; UPDATE words SET word = 'new'")

    backup = bring_up_to_date(old, known, migrate)
    assert backup is not None and backup.parent == backups()
    assert (revision(old), words(old)) == ("c", ["new"])
    assert (revision(backup), words(backup)) == ("a", ["kept"])
    assert bring_up_to_date(old, known, pytest.fail) is None


def test_a_migration_that_fails_is_undone(home: Path) -> None:
    old = database(home / "old.db", "b")

    def fail(copy: Path) -> None:
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("DELETE FROM words")
        raise ValueError("no such column")

    with pytest.raises(RegistryError, match=r"old\.db could not be migrated and is as it was before: no such column"):
        bring_up_to_date(old, known, fail)
    assert (revision(old), words(old)) == ("b", ["kept"])


def test_one_of_a_newer_version_is_refused_untouched(home: Path) -> None:
    newer = database(home / "newer.db", "z")
    with pytest.raises(RegistryError, match=r"newer\.db was written by newer libraries than are installed here"):
        bring_up_to_date(newer, known, pytest.fail)
    assert words(newer) == ["kept"]


def test_what_cannot_be_backed_up_is_not_migrated(home: Path) -> None:
    old = database(home / "old.db", "a")
    (home / "backups").write_text("not a folder")
    with pytest.raises(RegistryError, match="must be migrated, and cannot be backed up"):
        bring_up_to_date(old, known, pytest.fail)


def test_a_registry_of_a_newer_mlflow_is_told(migrated: Path) -> None:
    with closing(sqlite3.connect(migrated / "runs.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with pytest.raises(RegistryError, match=r"runs\.db was written by newer libraries"):
        registry.all_runs()


def test_a_registry_of_an_older_mlflow_is_migrated_and_its_runs_are_there(home: Path) -> None:
    """MLflow's own migrations are run up to an older revision, as its version of that time left the database."""
    runs = home / "runs.db"
    runs.unlink()
    older_registry(runs)
    assert revision(runs) == OLDER
    (found,) = registry.all_runs()
    assert (found.run_id, found.name, found.note) == ("0" * 31 + "1", "an old run", "a note of then")
    (backup,) = backups().glob("runs-*.db")
    assert revision(backup) == OLDER
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT name FROM runs").fetchall() == [("an old run",)]


def older_registry(path: Path) -> None:
    """A database of an older revision with one run of Digit Lab's in it."""
    from alembic import command
    from mlflow.store.db import utils
    from mlflow.store.tracking.dbmodels.initial_models import Base

    engine = utils.create_sqlalchemy_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    configuration = utils._get_alembic_config(f"sqlite:///{path}")
    with engine.begin() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, OLDER)
    engine.dispose()
    run_id = "0" * 31 + "1"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage) VALUES (?, ?, ?, ?)",
            (1, "Digit Lab", path.with_name("artifacts").as_uri(), "active"),
        )
        row = {
            "run_uuid": run_id, "name": "an old run", "experiment_id": 1, "status": "FINISHED", "start_time": 1,
            "end_time": 2, "lifecycle_stage": "active", "artifact_uri": path.with_name("artifacts").as_uri(),
            "user_id": "ada", "source_type": "LOCAL", "source_name": "", "source_version": "",
            "entry_point_name": "",
        }  # fmt: skip
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        tags = {
            "digitlab.state": "finished", "digitlab.model": "logistic", "mlflow.runName": "an old run",
            "mlflow.note.content": "a note of then",
        }  # fmt: skip
        connection.executemany(
            "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
            [(key, value, run_id) for key, value in tags.items()],
        )
