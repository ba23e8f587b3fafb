"""What every test starts from: a home folder of its own, and no settings of the machine it runs on."""

from __future__ import annotations

from pathlib import Path

import pytest

FOREIGN_SETTINGS = ("MLFLOW_TRACKING_URI", "DASK_SCHEDULER_ADDRESS", "DIGITLAB_STUDIES", "DIGITLAB_MODE")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `DIGITLAB_HOME`, so that no test sees another's runs or the developer's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DIGITLAB_HOME", str(folder))
    for name in FOREIGN_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    return folder
