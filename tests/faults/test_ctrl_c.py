"""Ctrl-C in every command, as a terminal sends it: exit code 130, one sentence, and nothing half there."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.jobs.tuning import search_actions
from core.ledger.current import ledger
from core.runs import registry
from tests.cluster.servers import free_port
from tests.cluster.servers import running as serving_at
from tests.core.jobs.polling import running, until
from tests.faults.servers import PROJECT

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console."),
]

IDLE_SECONDS, IDLE_CPU_SECONDS = 15.0, 0.2
LOADED = 1.5
"""CPU seconds after which a command has loaded its libraries, or about so."""


@dataclass(frozen=True)
class Ended:
    """How a command ended; `pressed` says whether it was still there to be interrupted."""

    pressed: bool
    code: int
    stdout: str
    stderr: str


def interrupted(arguments: Sequence[str], cpu_seconds: float, folder: Path) -> Ended:
    """Press Ctrl-C when a command and what it has started have worked for so many CPU seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core", *arguments], cwd=folder, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "DIGITLAB_DATA_DIR": ""},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    wait_for_work(process, cpu_seconds)
    pressed = process.poll() is None
    family = psutil.Process(process.pid).children(recursive=True) if pressed else []
    if pressed:
        os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=200)
    until(lambda: not any(running(child.pid) for child in family), 60)
    return Ended(pressed, process.returncode, out, err)


def wait_for_work(process: subprocess.Popen[str], cpu_seconds: float) -> None:
    """Return when a command has worked so long, has ended, or waits for others, as a scheduler does; inf: its end."""
    used, since = 0.0, time.monotonic()
    while process.poll() is None and (now := worked(process.pid)) < cpu_seconds:
        if now - used >= IDLE_CPU_SECONDS:
            used, since = now, time.monotonic()
        if cpu_seconds < math.inf and time.monotonic() - since > IDLE_SECONDS:
            return
        time.sleep(0.05)


def worked(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0.0


def assert_told(ended: Ended, words: str = "stopped") -> None:
    assert "Traceback" not in ended.stderr, ended.stderr
    if not ended.pressed or ended.code == 0:  # it was done, or about to say so
        return
    assert ended.code == 130, ended
    told = [line for line in ended.stderr.splitlines() if line.startswith("digit-lab:")]
    assert len(told) == 1 and words in told[0], ended.stderr


def assert_nothing_half(home: Path, folder: Path) -> None:
    assert not [run for run in registry.all_runs() if run.state.active]
    assert ledger().records(active=True) == []
    left = [path for place in (home, folder) for path in place.rglob("*") if path.name.endswith((".part", "-in-work"))]
    temporary = home / "cache" / "temporary"
    assert left + (list(temporary.iterdir()) if temporary.exists() else []) == []


def test_a_training(migrated: Path, tmp_path: Path) -> None:
    ended = interrupted(("train", "cnn", "--preset", "fast", "--limit", "4000", "--set", "epochs=50"), 12, tmp_path)
    assert ended.pressed and ended.code == 130, ended
    assert_told(ended, "is cancelled, and nothing of it is kept.")
    assert [run.state.value for run in registry.all_runs()] == ["cancelled"]
    assert_nothing_half(migrated, tmp_path)


@pytest.mark.parametrize("moment", [0.3, 0.6, 0.9])
def test_a_command_that_still_loads_ends_at_once(moment: float, home: Path, tmp_path: Path) -> None:
    ended = interrupted(("report", "cnn", "svm", "--output", "report.html"), moment, tmp_path)
    assert (ended.code, ended.stdout, ended.stderr) == (130, "", "digit-lab: stopped.\n")
    assert not (tmp_path / "report.html").exists() and not (home / "cache" / "temporary").exists()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("moment", [0.7, 1.5, 2.5, 3.5, 4.5, 6.0, 8.0])
def test_a_training_at_any_moment(moment: float, migrated: Path, tmp_path: Path) -> None:
    assert_told(interrupted(("train", "logistic", "--preset", "fast", "--limit", "600"), moment, tmp_path))
    assert_nothing_half(migrated, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("moment", [2.0, 4.0, 8.0, 14.0, 20.0])
def test_a_search_is_paused_and_goes_on(moment: float, migrated: Path, tmp_path: Path) -> None:
    search = ("tune", "logistic", "--trials", "6", "--limit", "600", "--name", "mine", "--json")
    ended = interrupted(search, moment, tmp_path)
    assert_told(ended)
    assert_nothing_half(migrated, tmp_path)
    if "mine" in search_actions.names() and ended.code == 130:
        assert "goes on with it" in ended.stderr
        resumed = interrupted(("tune", "--resume", "mine", "--json"), math.inf, tmp_path)
        assert resumed.code == 0, resumed.stderr
        trials = search_actions.load("mine").get_trials(deepcopy=False)
        assert len([trial for trial in trials if trial.state.name == "COMPLETE"]) == 6


COMMANDS: dict[str, tuple[str, ...]] = {
    "data": ("data",),
    "data export": ("data", "--images", "500", "--output", "digits"),
    "data add": ("data", "add", "mine", "mine.npz"),
    "data look": ("data", "look", "mine.npz"),
    "data list": ("data", "list"),
    "data labels": ("data", "labels"),
    "runs": ("runs",),
    "runs export": ("runs", "export", "svm", "--output", "taken"),
    "runs champion": ("runs", "champion", "svm", "--reason", "why"),
    "runs card": ("runs", "card", "svm"),
    "runs purge": ("runs", "purge"),
    "evaluate": ("evaluate", "cnn"),
    "compare": ("compare", "cnn", "svm"),
    "ensemble": ("ensemble", "cnn", "svm"),
    "report": ("report", "cnn", "svm", "--output", "report.html"),
    "predict": ("predict", "mine.npy"),
    "submission": ("predict", "mine.npy", "--submission", "out.csv"),
    "benchmark": ("benchmark", "latency", "--quick"),
    "scheduler": ("scheduler", "--port", "9161"),
    "doctor": ("doctor",),
    "tune list": ("tune", "--list"),
    "tune script": ("tune", "logistic", "--trials", "2", "--script", "search.py"),
}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("moment", [0.5, LOADED, 3.0, 5.0])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_other_command(name: str, moment: float, migrated: Path, tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3000, 28, 28), np.uint8)
    np.savez(tmp_path / "mine.npz", images=images, labels=np.arange(3000, dtype=np.uint8) % 10)
    np.save(tmp_path / "mine.npy", images)
    before = {path.name for path in tmp_path.iterdir()}
    assert_told(interrupted(COMMANDS[name], moment, tmp_path))
    assert_nothing_half(migrated, tmp_path)
    for made in (path for path in tmp_path.iterdir() if path.name not in before and path.is_file()):
        assert made.stat().st_size > 0, made


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("moment", [0.5, 2.5, 5.0, 9.0])
def test_a_worker_of_a_cluster(moment: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    scheduler = [sys.executable, "-m", "core", "scheduler", "--port", str(port)]
    with serving_at(scheduler, tmp_path / "scheduler.log", port):
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", f"tcp://127.0.0.1:{port}")
        assert_told(interrupted(("worker", "--trials", "1"), moment, tmp_path))
