"""The run registry locked, corrupt, and its server gone: what is asked of it waits or is told, and nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.errors import RegistryError
from core.jobs.recovery import recover
from core.jobs.training import run_training
from core.ledger.current import ledger
from core.ledger.states import State
from core.runs import registry
from core.runs.run import Run
from tests.cluster.servers import free_port, running
from tests.faults.conftest import assert_whole, small_run
from tests.faults.servers import lines, serving

SECONDS_LOCKED = 30.0

pytestmark = pytest.mark.processes


@contextmanager
def locked(path: Path) -> Iterator[threading.Thread]:
    """Another program writes for half a minute and lets nobody else."""
    begun = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            begun.set()
            threading.Event().wait(SECONDS_LOCKED)
            connection.execute("ROLLBACK")

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(60)
    try:
        yield thread
    finally:
        thread.join()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_training_outlasts_a_database_that_is_locked_for_half_a_minute(migrated: Path, finished: Run) -> None:
    run = small_run(seed=1)
    with locked(migrated / "runs.db") as lock:
        training = threading.Thread(target=run_training, args=(run.run_id,))
        training.start()
        assert {entry.run_id for entry in registry.all_runs()} == {finished.run_id, run.run_id}, "reading goes on"
        assert lock.is_alive()
        training.join(300)
    assert_whole(registry.get(run.run_id))
    assert_whole(finished)


NEXT_START = """
from core.data.sources import load_dataset
from core.jobs.recovery import recover
from core.jobs.training import run_training
from core.ledger.current import ledger
from core.runs.leaderboard import every_run
from tests.faults.conftest import assert_whole, small_run

assert [run.shipped for run in every_run(load_dataset())] == [True] * 3
assert_whole(run_training(small_run(seed=2).run_id))
print("well")
"""


def test_a_corrupt_database_is_told_and_the_next_start_makes_a_new_one(migrated: Path, finished: Run) -> None:
    """Damaged in the middle, as by a disk; it is moved away as the sentence says. No artefact is lost with it."""
    with closing(sqlite3.connect(migrated / "runs.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else the write-ahead log has every page whole
    content = (migrated / "runs.db").read_bytes()
    (migrated / "runs.db").write_bytes(content[:100] + os.urandom(len(content) - 100))
    with pytest.raises(RegistryError, match=r"runs\.db is damaged; move the file away \(with those ending in -wal and"):
        registry.all_runs()
    for damaged in migrated.glob("runs.db*"):
        damaged.rename(migrated / f"damaged-{damaged.name}")
    with serving(NEXT_START) as process:
        assert lines(process, 1) == ["well"]
    assert (migrated / "artifacts" / finished.run_id).is_dir()


@contextmanager
def tracking_server(folder: Path, port: int) -> Iterator[None]:
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--backend-store-uri", f"sqlite:///{folder / 'server.db'}",
        "--artifacts-destination", str(folder / "artifacts"), "--serve-artifacts",
    ]  # fmt: skip
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    with running(command, folder / "mlflow.log", port, env=environment):
        yield


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_tracking_server_that_goes_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ran without it failed in a sentence; what had finished is there again without a restart."""
    port = free_port()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
    with tracking_server(tmp_path, port):
        finished = run_training(small_run().run_id)
        left = small_run(seed=1)
        ledger().add(left.run_id, "training", "ada")
        lease = ledger().start(left.run_id)
    with pytest.raises(RegistryError, match=rf"The tracking server at http://127\.0\.0\.1:{port} does not answer"):
        run_training(left.run_id)
    with pytest.raises(RegistryError, match="does not answer"):
        registry.all_runs()
    assert lease is not None and lease.end(State.FAILED, "The tracking server did not answer.")
    with tracking_server(tmp_path, port):
        assert_whole(registry.get(finished.run_id))
        recover()
        ledger().remove(left.run_id)
        assert registry.get(left.run_id).state is State.FAILED, "it is written into the run, for every home"
        assert_whole(run_training(small_run(seed=2).run_id))
