from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data.sources import load_dataset
from core.jobs.training import run_training
from core.ledger.states import State
from core.models.serving.predictor import Predictor
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.runs import artifacts, registry
from core.runs.run import Run


@pytest.fixture(autouse=True)
def _on_the_sample(migrated: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def small_run(seed: int = 0, model: str = "logistic") -> Run:
    """A queued training of a moment."""
    specification = Specification.from_preset(model, "fast", seed=seed, experiment=Experiment.limited(300))
    return registry.create(specification, load_dataset().fingerprint)


def assert_whole(run: Run) -> None:
    """A finished run has everything that a finished run has, and it can be used."""
    stored = registry.get(run.run_id)
    assert stored.state is State.FINISHED, stored.reason
    images = load_dataset().test.images
    probabilities = Predictor.load(artifacts.local(stored, artifacts.MODEL)).predict_proba(images)
    assert abs(probabilities - artifacts.predictions(stored).test).max() < 1e-5
    assert any(entry["path"].startswith("native/") for entry in artifacts.names(stored))


def assert_nothing_left(run_id: str, home: Path) -> None:
    """A run that did not finish has a reason, and at most its log."""
    stored = registry.get(run_id)
    assert stored.state in (State.INTERRUPTED, State.FAILED) and stored.reason
    left = [path for path in (home / "artifacts" / run_id).rglob("*") if path.is_file()]
    assert [path.name for path in left] in ([], [artifacts.LOG])


@pytest.fixture
def finished() -> Run:
    """A run that had finished before anything went wrong."""
    return run_training(small_run().run_id)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB, mounted for one test; needs root on Linux."""
    place = Path(tempfile.mkdtemp(dir=tmp_path, prefix="disk"))
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("A small disk can only be mounted by root on Linux.")
    yield place
    subprocess.run(["umount", "-l", place], check=True)
