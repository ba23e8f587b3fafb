from __future__ import annotations

from pathlib import Path

import pytest

from core.data.sources import load_dataset
from core.jobs.check import answer
from core.runs.round_trip import read_back, stored_artifact
from core.settings import settings


def test_an_artefact_is_written_read_and_deleted(migrated: Path) -> None:
    with stored_artifact() as name:
        assert read_back(name)
        assert answer(name).reads_artifacts
    assert list(settings().artifacts.rglob("*")) == []


def test_a_worker_with_another_registry_says_that_it_cannot_read(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored_artifact() as name, monkeypatch.context() as elsewhere:
        elsewhere.setenv("DIGITLAB_HOME", str(tmp_path / "elsewhere"))
        found = answer(name)
    assert not found.reads_artifacts
    assert found.fingerprint == load_dataset().fingerprint
