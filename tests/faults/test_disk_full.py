"""A disk that is full, for real: each job says so, and leaves nothing half there."""

from __future__ import annotations

import io
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from core.data.download import download
from core.data.exports import write_images
from core.data.sample import load_sample
from core.data.sources import cache_path, load_dataset
from core.errors import DataError, DigitLabError, DownloadError, RegistryError, ReportError
from core.jobs import own_network
from core.jobs.fine_tuning import FineTuned
from core.jobs.recovery import recover
from core.jobs.training import run_training
from core.jobs.tuning import search_actions
from core.jobs.tuning.view import view
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.serving.predictor import Predictor
from core.models.serving.shipped import shipped
from core.reading.rows import write_submission
from core.report.document import write_report
from core.runs import registry
from core.runs.answer import answering_run
from core.runs.run import Run
from tests.core.data.server import Server
from tests.core.jobs.polling import until
from tests.faults.conftest import assert_nothing_left, assert_whole, small_run
from tests.faults.servers import SEARCHES, lines, serving

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


def test_before_the_first_command(small_disk: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full to the last byte, with databases on it that nobody has open: SQLite calls it an I/O error."""
    ledger().add("one", "question", "ada")
    home = small_disk / "home"
    shutil.copytree(migrated, home, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    fill(small_disk, leave=0)
    monkeypatch.setenv("DIGITLAB_HOME", str(home))
    for ask in (registry.all_runs, lambda: ledger().records(), search_actions.names):
        with pytest.raises(RegistryError, match=r"The disk that holds .* is full; free some space"):
            ask()
    assert answering_run(load_dataset()).shipped, "a digit can still be drawn and read"


def test_during_a_report(small_disk: Path) -> None:
    fill(small_disk, leave=100_000)
    with pytest.raises(ReportError, match=r"could not be written to .*report\.html: No space left on device"):
        write_report("x" * 1_000_000, small_disk / "report.html")
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(600)
def test_during_a_search(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, waits, and goes on when there is space again; no finished trial is lost."""
    monkeypatch.setenv("DIGITLAB_HOME", str(small_disk / "home"))
    with serving(SEARCHES) as server:
        assert lines(server, 1) == ["mine"]
        until(lambda: any(trial.state == "complete" for trial in view("mine").trials), 240)
        known = {trial.number: trial.score for trial in view("mine").trials if trial.state == "complete"}
        ballast = fill(small_disk, leave=0)
        with pytest.raises(RegistryError, match=r"The disk that holds .*home is full; free some space"):
            search_actions.write(search_actions.load("mine"), filler="x" * 50_000)
        ballast.unlink()
        until(lambda: view("mine").state == "finished", 300)
    trials = {trial.number: trial.score for trial in view("mine").trials if trial.state == "complete"}
    assert known.items() <= trials.items()
    assert ledger().records(active=True) == []


def test_when_a_fine_tuned_network_is_kept(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_HOME", str(small_disk / "home"))
    own_network.keep("ann", FineTuned(b"small", "{}", (0.99, 0.98), None, 24, 3))
    before = own_network.figures_of("ann")
    fill(small_disk, leave=100_000)
    with pytest.raises(DataError, match="could not be stored: No space left on device"):
        own_network.keep("ann", FineTuned(bytes(1_000_000), "{}", (0.5, 0.5), None, 24, 3))
    assert own_network.figures_of("ann") == before
    assert [path.name for path in own_network.tuned_folder("ann").parent.iterdir()] == ["fine_tuned"]


def test_when_files_are_taken_away(small_disk: Path) -> None:
    """An export, a submission, a script and exported digits: a sentence, and no file that is not whole."""
    fill(small_disk, leave=40_000)
    sample = load_sample()
    (small_disk.parent / "many.npy").unlink(missing_ok=True)
    np.save(small_disk.parent / "many.npy", np.tile(sample.test.images, (40, 1, 1)))
    reader = Predictor.load(shipped()["svm"].folder)
    reader.predict = lambda images: np.zeros(len(images), np.uint8)  # type: ignore[method-assign]
    with pytest.raises(ReportError, match="cannot be written: No space left on device"):
        write_submission(small_disk.parent / "many.npy", small_disk / "out.csv", reader)
    with pytest.raises(ReportError, match=r"cannot be written to .*: No space left on device"):
        write_images(sample.test, range(200), small_disk / "digits")
    assert not (small_disk / "out.csv").exists()
