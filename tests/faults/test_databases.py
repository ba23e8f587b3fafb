"""Each database truncated, emptied, damaged or locked, and everything that uses one: a sentence, and the rest works."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.data.sources import load_dataset
from core.jobs.tuning import search_actions
from core.jobs.tuning.view import view
from core.ledger.current import ledger
from core.permissions import Actor
from core.runs import registry
from core.runs.run import Run
from tests.core.jobs.polling import until
from tests.core.jobs.searching import small_search
from tests.faults.conftest import assert_whole, small_run
from tests.faults.servers import PROJECT, SEARCHES, WAITS_BEFORE_IT_STORES, lines, proceed, serving

pytestmark = pytest.mark.processes

DATABASES = ("runs.db", "studies.db", "jobs.db")

OPERATIONS = """
import json
from pathlib import Path
from core.errors import DigitLabError
from core.data.sources import load_dataset
from core.jobs.recovery import recover
from core.jobs.tuning import search_actions
from core.jobs.tuning.view import view
from core.jobs.training import run_training
from core.permissions import operator
from core.report.document import report
from core.runs import registry
from core.runs.leaderboard import find, leaderboard
from core.runs.shipped import shipped_runs
from tests.core.jobs.searching import small_search
from tests.faults.conftest import small_run

def new_search():
    search_actions.create(small_search(), "another")
    search_actions.delete("another", actor=operator())

operations = {
    "list runs": registry.all_runs,
    "recover": recover,
    "train": lambda: run_training(small_run(seed=3).run_id),
    "report of shipped models": lambda: report(shipped_runs(load_dataset()), load_dataset()),
    "list searches": lambda: [view(name) for name in search_actions.names()],
    "new search": new_search,
}
told = {}
for name, operation in operations.items():
    try:
        operation()
        told[name] = "well"
    except DigitLabError as error:
        told[name] = str(error)
    except Exception as error:
        told[name] = f"RAW {type(error).__name__}: {error}"
print(json.dumps(told), flush=True)
"""


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def damage(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes(range(256)) * (len(content) // 256))


def overwrite(path: Path) -> None:
    path.write_bytes(b"this is no database\n" * 5000)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "truncated": truncate, "of zero bytes": empty, "damaged": damage, "another file": overwrite,
}  # fmt: skip


@pytest.fixture
def used(migrated: Path, finished: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a finished run, a search and a job, whose databases are files that nobody has open."""
    search_actions.create(small_search(), "mine")
    search_actions.pause("mine", actor=Actor("root", admin=True))
    for name in DATABASES:
        with closing(sqlite3.connect(migrated / name)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = tmp_path / "copy"
    shutil.copytree(migrated, copy, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    monkeypatch.setenv("DIGITLAB_HOME", str(copy))
    return copy


def outcomes() -> dict[str, str]:
    process = subprocess.run(
        [sys.executable, "-c", OPERATIONS], cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-2000:]
    told: dict[str, str] = json.loads(process.stdout.splitlines()[-1])
    return told


def tell_and_mend(home: Path, database: str, how: str) -> None:
    DAMAGES[how](home / database)
    told = outcomes()
    assert not [words for words in told.values() if words.startswith("RAW")], told
    assert told["report of shipped models"] == "well"
    others = {"runs.db": "searches", "studies.db": "runs", "jobs.db": ""}[database]
    assert told["list runs" if others == "runs" else "list searches"] == "well" or database == "jobs.db", told
    if how != "of zero bytes":  # which is made anew, as a full disk leaves one
        faults = [words for words in told.values() if words != "well"]
        assert faults and all(database in words and "move the file away" in words for words in faults), told
        for file in home.glob(f"{database}*"):
            file.unlink()
    assert set(outcomes().values()) == {"well"}


def test_a_truncated_ledger_is_told_and_made_anew(used: Path) -> None:
    tell_and_mend(used, "jobs.db", "truncated")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("database", DATABASES)
def test_any_damage_is_told_and_mended(database: str, how: str, used: Path) -> None:
    tell_and_mend(used, database, how)


@contextmanager
def locked(path: Path, seconds: float, *, readers: bool = False) -> Iterator[threading.Thread]:
    """Another program holds a database: no writer gets in, nor, where nobody had it open before, a reader."""
    begun, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
            if readers:
                connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            begun.set()
            let_go.wait(seconds)
            connection.execute("ROLLBACK")

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    try:
        assert begun.wait(70), "somebody else has the database open"
        yield thread
    finally:
        let_go.set()
        thread.join()


def complete_trials() -> int:
    return sum(trial.state == "complete" for trial in view("mine").trials)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["studies.db", "jobs.db"])
def test_a_search_outlasts_a_database_that_is_locked_for_a_minute(database: str, home: Path) -> None:
    with serving(SEARCHES) as server:
        assert lines(server, 1) == ["mine"]
        until(lambda: complete_trials() >= 1, 240)
        with locked(home / database, 60) as lock:
            lock.join()
        until(lambda: view("mine").state == "finished", 300)
    assert complete_trials() == 8
    assert ledger().records(kind="trial", active=True) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["runs.db", "jobs.db"])
def test_a_training_outlasts_a_database_that_is_locked_for_a_minute(database: str, migrated: Path) -> None:
    """From before its model is stored until after it would have ended."""
    run = small_run(seed=1)
    with serving(WAITS_BEFORE_IT_STORES, run.run_id) as worker:
        assert lines(worker, 1) == ["fitted"]
        with locked(migrated / database, 60) as lock:
            proceed(worker)
            lock.join()
        assert lines(worker, 1) == ["stored"]
    assert_whole(registry.get(run.run_id))


def test_a_report_of_shipped_models_needs_no_registry(migrated: Path) -> None:
    from core.report.document import report
    from core.runs.shipped import shipped_runs

    with locked(migrated / "runs.db", 60, readers=True):
        assert "<html" in report(shipped_runs(load_dataset())[:1], load_dataset())
