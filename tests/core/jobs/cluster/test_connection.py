from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from core.errors import ClusterError
from core.jobs.cluster.connection import PROJECT
from core.jobs.cluster.executor import Executor
from core.jobs.cluster.job import LOST_WITH_WORKER
from core.ledger.ledger import Ledger
from tests.core.jobs.polling import FUNCTIONS, running, started, until

pytestmark = pytest.mark.processes


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def python(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen([sys.executable, *arguments], env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            for child in (*psutil.Process(process.pid).children(recursive=True), process):
                child.kill()


@contextmanager
def scheduler_and_worker(port: int) -> Iterator[subprocess.Popen[bytes]]:
    scheduler = ("-m", "core", "scheduler", "--port", str(port))
    worker = (
        "from core.jobs.cluster.workers import run_worker\n"
        "from core.errors import ClusterError\n"
        "if __name__ == '__main__': run_worker('tcp://127.0.0.1:%d', trials=0)"
    )
    with python(*scheduler) as process:
        until(lambda: _listens(port))
        with python("-c", worker % port):
            yield process


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_says_which_scheduler_does_not_answer(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"tcp://127.0.0.1:{free_port}"
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
    with (
        Executor() as executor,
        pytest.raises(ClusterError, match=f"No Dask scheduler answers at {address}; start one"),
    ):
        executor.submit("job", "os:getpid", owner="ann")


@pytest.mark.parametrize("address", ["nonsense", "http://127.0.0.1:1", "tcp://127.0.0.1:port"])
def test_refuses_what_is_not_an_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
    with Executor() as executor, pytest.raises(ClusterError, match=f"No Dask scheduler answers at {address}"):
        executor.submit("job", "os:getpid", owner="ann")


def test_starts_new_workers_when_the_sidecar_has_died(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow_to_die, surely_gone = [True, True], Ledger.surely_gone
    monkeypatch.setattr(
        Ledger, "surely_gone", lambda *job: not (slow_to_die and slow_to_die.pop()) and surely_gone(*job)
    )
    with Executor(trials=0) as executor:
        executor.submit("held", f"{FUNCTIONS}:hold", str(tmp_path), "held", owner="ann")
        until(lambda: started(tmp_path))
        worker = int(started(tmp_path)[0][1])
        psutil.Process(worker).parent().kill()
        assert until(lambda: executor.state("held") == "interrupted", seconds=120)
        assert until(lambda: executor.outcome("held")).reason == LOST_WITH_WORKER
        assert not executor.cancel("held")
        executor.submit("next", "os:getpid", owner="ann")
        assert executor.outcome("next", timeout=90).value != worker
        assert executor.notice.startswith("The workers stopped unexpectedly. Trainings and trials that were")
        until(lambda: not running(worker))
    assert len(started(tmp_path)) == 1


def test_survives_an_external_scheduler_that_goes_and_comes_back(
    free_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", f"tcp://127.0.0.1:{free_port}")
    with Executor() as executor:
        with scheduler_and_worker(free_port):
            executor.submit("before", "os:getpid", owner="ann")
            assert executor.outcome("before", timeout=60).state == "finished"
            executor.submit("held", f"{FUNCTIONS}:hold", str(tmp_path), "held", owner="ann")
            until(lambda: started(tmp_path))
            assert executor.cluster_table()[0].job_id == "held"
        assert until(lambda: executor.state("held") == "interrupted")
        with pytest.raises(ClusterError, match="No Dask scheduler answers"):
            executor.submit("between", "os:getpid", owner="ann")
        with scheduler_and_worker(free_port):
            executor.submit("after", "os:getpid", owner="ann")
            assert executor.outcome("after", timeout=60).state == "finished"
            assert executor.notice.startswith("The connection to the Dask scheduler was lost")


def test_names_a_log_that_cannot_be_written(home: Path) -> None:
    shutil.rmtree(home)
    home.write_text("not a folder")
    with Executor() as executor, pytest.raises(ClusterError, match=r"cannot write their log .*sidecar\.log"):
        executor.submit("job", "os:getpid", owner="ann")
