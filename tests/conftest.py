"""What every test starts from: a home folder of its own, and no settings of the machine it runs on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOREIGN_SETTINGS = ("MLFLOW_TRACKING_URI", "DASK_SCHEDULER_ADDRESS", "DIGITLAB_STUDIES", "DIGITLAB_MODE")


TIMED_BY_OTHERS = ("browser", "cluster", "processes")
"""Markers of tests that wait for browsers, servers and worker processes: a busy machine may need a second try."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.get_closest_marker(name) for name in TIMED_BY_OTHERS):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `DIGITLAB_HOME`, so that no test sees another's runs or the developer's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DIGITLAB_HOME", str(folder))
    for name in FOREIGN_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty MLflow database with all its migrations run, which takes seconds, to be copied by many tests."""
    folder = tmp_path_factory.mktemp("migrated")
    program = "from core.runs.database import _migrate; _migrate()"
    environment = {**os.environ, "DIGITLAB_HOME": str(folder), "MLFLOW_TRACKING_URI": ""}
    project = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=project, check=True, timeout=200)
    return folder / "runs.db"


@pytest.fixture
def migrated(home: Path, migrated_database: Path) -> Path:
    """A home folder whose registry opens at once, with no run in it."""
    home.mkdir(exist_ok=True)
    shutil.copy(migrated_database, home / "runs.db")
    return home
