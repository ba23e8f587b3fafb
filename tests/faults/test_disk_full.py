"""A disk that is full, for real: each job says so, and leaves nothing half there."""

from __future__ import annotations

import io
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from core.data.download import download
from core.data.sources import cache_path, load_dataset
from core.errors import DigitLabError, DownloadError, ReportError
from core.jobs.recovery import recover
from core.jobs.training import run_training
from core.ledger.current import ledger
from core.ledger.states import State
from core.report.document import write_report
from core.runs import registry
from core.runs.run import Run
from tests.core.data.server import Server
from tests.faults.conftest import assert_nothing_left, assert_whole, small_run

pytestmark = pytest.mark.timeout(200)


def fill(disk: Path, leave: int) -> Path:
    """Write a file that leaves so many bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(bytes(shutil.disk_usage(disk).free - leave))
    return ballast


def test_during_a_download(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_HOME", str(small_disk / "home"))
    packed = io.BytesIO()
    np.save(packed, np.random.default_rng(0).integers(0, 256, 6_000_000, np.uint8))
    server = Server({"mnist.npz": packed.getvalue()})
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        with pytest.raises(DownloadError, match=r"MNIST cannot be written to .*: No space left on device"):
            download(mirrors=[server.mirror("whole", "mnist.npz")], rounds=1)
    finally:
        server.shutdown()
        server.server_close()
    assert [path.name for path in cache_path().parent.iterdir()] == ["download.lock"]
    assert load_dataset().is_sample


def test_during_a_training(small_disk: Path, migrated: Path, finished: Run) -> None:
    """What had finished stays, and with space again the next training works."""
    shutil.move(migrated / "artifacts", small_disk)
    (migrated / "artifacts").symlink_to(small_disk / "artifacts")
    ballast = fill(small_disk, leave=20_000)
    run = small_run(seed=1)
    with pytest.raises(DigitLabError, match=r"The disk that holds .* is full; free some space"):
        run_training(run.run_id)
    assert registry.get(run.run_id).state is State.FAILED
    assert_nothing_left(run.run_id, migrated)
    assert_whole(finished)
    ballast.unlink()
    assert_whole(run_training(small_run(seed=2).run_id))


def test_with_the_database_on_it(small_disk: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = small_disk / "home"
    shutil.copytree(migrated, home)
    monkeypatch.setenv("DIGITLAB_HOME", str(home))
    run = small_run()
    ledger().add(run.run_id, "training", "ada")
    assert ledger().start(run.run_id)
    ledger()._change(run.run_id, born="its process has died")
    ballast = fill(small_disk, leave=0)
    with pytest.raises(DigitLabError, match=r"The disk that holds .* is full"):
        registry.change(run.run_id, note="x" * 8000)
    assert [entry.state for entry in registry.all_runs()] == [State.RUNNING], "it can still be looked at"
    ballast.unlink()
    recover()
    assert registry.get(run.run_id).state is State.INTERRUPTED
    registry.change(run.run_id, note="y")


def test_during_a_report(small_disk: Path) -> None:
    fill(small_disk, leave=100_000)
    with pytest.raises(ReportError, match=r"could not be written to .*report\.html: No space left on device"):
        write_report("x" * 1_000_000, small_disk / "report.html")
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]
