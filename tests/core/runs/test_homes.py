"""Homes that were copied, that a full disk left half made, or that lie where a database or a lock cannot."""

from __future__ import annotations

import errno
import shutil
import socket
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import InputError, RegistryError
from core.jobs.tuning import search_actions
from core.ledger.current import ledger
from core.models.specification import Specification
from core.runs import artifacts, registry
from core.settings import settings


def run_with_a_file(tmp_path: Path, name: str) -> str:
    """A run in the home in force, with one artefact."""
    run = registry.create(Specification.from_preset("logistic", "fast"), "fingerprint")
    folder = tmp_path / name
    folder.mkdir()
    (folder / artifacts.LOG).write_text(name)
    artifacts.store(run.run_id, folder)
    return run.run_id


def files(home: Path) -> list[str]:
    return sorted(path.relative_to(home).as_posix() for path in (home / "artifacts").rglob(artifacts.LOG))


def test_a_copied_home_reads_and_writes_its_own_artefacts(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = run_with_a_file(tmp_path, "one")
    original, copy = files(migrated), tmp_path / "copy of home"
    shutil.copytree(migrated, copy)
    monkeypatch.setenv("DIGITLAB_HOME", str(copy))
    new = run_with_a_file(tmp_path, "two")
    assert files(migrated) == original
    assert len(files(copy)) == 2
    shutil.rmtree(migrated / "artifacts")
    for run_id, text in ((old, "one"), (new, "two")):
        assert artifacts.local(registry.get(run_id), artifacts.LOG).read_text() == text


def test_a_database_without_tables_is_made_anew(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(home / "runs.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # a header and nothing else, as a full disk leaves it
        connection.execute("CREATE TABLE t (x)")
        connection.execute("DROP TABLE t")
    assert (home / "runs.db").stat().st_size > 0
    assert registry.all_runs() == []


@pytest.mark.parametrize("name", ["a?b", "a%20b"])
def test_a_home_that_no_database_address_can_hold_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITLAB_HOME", str(tmp_path / name))
    with pytest.raises(InputError, match=r"must not contain \? or %.*got .*a[?%]"):
        settings()


@pytest.mark.parametrize("name", ["two words", "a#b", "дом家", "x" * 230])
def test_any_other_name_will_do(
    name: str, migrated_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / name
    home.mkdir()
    shutil.copy(migrated_database, home / "runs.db")
    monkeypatch.setenv("DIGITLAB_HOME", str(home))
    run_id = run_with_a_file(tmp_path, "one")
    assert artifacts.local(registry.get(run_id), artifacts.LOG).is_relative_to(home)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks files in another way.")
def test_a_file_system_without_locks_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def no_locks(*arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(RegistryError, match="on a file system without file locks; set DIGITLAB_HOME"):
        registry.all_runs()


def test_a_database_server_that_does_not_answer_is_told_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"postgresql://lab:secret@127.0.0.1:{nobody.getsockname()[1]}/runs")
        began = time.monotonic()
        with pytest.raises(RegistryError, match=r"postgresql://lab:\*\*\*@127\.0\.0\.1:\d+/runs cannot be used"):
            registry.all_runs()
    assert time.monotonic() - began < 60  # it took 114 s; the limit is ten and a busy machine's own


@pytest.mark.parametrize("kind", ["http", "postgresql", "mysql+pymysql"])
def test_a_server_that_takes_connections_and_says_nothing_is_told(kind: str, home: Path, monkeypatch) -> None:
    """MLflow asked three times for 20 s and longer, a database's client without end."""
    monkeypatch.setattr("core.reachable.SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"{kind}://lab@127.0.0.1:{silent.getsockname()[1]}/runs"
        monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
        with pytest.raises(RegistryError, match="does not answer"):
            registry.all_runs()
        monkeypatch.setenv("DIGITLAB_STUDIES", address)
        for opened in (lambda: ledger().records(), search_actions.names):
            with pytest.raises(RegistryError, match="does not answer within"):
                opened()


def test_a_registry_of_zero_bytes_is_made_anew(home: Path) -> None:
    (home / "runs.db").write_bytes(b"")
    assert registry.all_runs() == []
