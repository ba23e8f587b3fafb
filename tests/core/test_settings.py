from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError
from core.settings import Settings, settings


def test_nothing_said_is_all_below_the_home(tmp_path: Path) -> None:
    found = Settings.from_environment({"DIGITLAB_HOME": str(tmp_path)})
    home = tmp_path.resolve()
    assert (found.home, found.cache, found.artifacts) == (home, home / "cache", home / "artifacts")
    assert found.tracking_uri == f"sqlite:///{home / 'runs.db'}"
    assert found.studies_url == f"sqlite:///{home / 'studies.db'}"
    assert (found.data_dir, found.scheduler_address, found.mode, found.readonly) == (None, None, "full", False)


def test_everything_said_is_heeded(tmp_path: Path) -> None:
    said = {
        "DIGITLAB_HOME": str(tmp_path),
        "DIGITLAB_DATA_DIR": str(tmp_path / "data"),
        "MLFLOW_TRACKING_URI": "http://10.0.0.5:5000",
        "DASK_SCHEDULER_ADDRESS": "tcp://10.0.0.5:8786",
        "DIGITLAB_STUDIES": "postgresql://lab@10.0.0.5/studies",
        "DIGITLAB_MODE": "readonly",
    }
    found = Settings.from_environment(said)
    assert found.data_dir == (tmp_path / "data").resolve()
    assert found.tracking_uri == said["MLFLOW_TRACKING_URI"]
    assert found.scheduler_address == said["DASK_SCHEDULER_ADDRESS"]
    assert found.studies_url == said["DIGITLAB_STUDIES"]
    assert found.readonly


@pytest.mark.parametrize("name", ["DIGITLAB_DATA_DIR", "MLFLOW_TRACKING_URI", "DIGITLAB_MODE"])
def test_an_empty_setting_is_as_good_as_none(name: str, tmp_path: Path) -> None:
    home = {"DIGITLAB_HOME": str(tmp_path)}
    assert Settings.from_environment({**home, name: ""}) == Settings.from_environment(home)


def test_the_home_of_a_person_is_meant_by_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Settings.from_environment({"DIGITLAB_HOME": "~/lab"}).home == (tmp_path / "lab").resolve()


def test_without_a_home_the_platform_names_one() -> None:
    assert Settings.from_environment({}).home.name == "digit-lab"


@pytest.mark.parametrize("mode", ["read-only", "READONLY", "x"])
def test_a_mode_that_there_is_not_is_refused(mode: str) -> None:
    with pytest.raises(InputError, match=f"`DIGITLAB_MODE` must be one of full, readonly; got {mode}"):
        Settings.from_environment({"DIGITLAB_MODE": mode})


@pytest.mark.parametrize("sign", "?%")
def test_a_home_that_no_database_address_can_hold_is_refused(sign: str) -> None:
    with pytest.raises(InputError, match="`DIGITLAB_HOME` must not contain"):
        Settings.from_environment({"DIGITLAB_HOME": f"/tmp/a{sign}b"})


@pytest.mark.parametrize("name", ["DIGITLAB_HOME", "DIGITLAB_DATA_DIR"])
@pytest.mark.parametrize("place", ["~no-such-person-here/lab", "loop/lab", "x" * 300], ids=["nobody", "loop", "long"])
def test_a_path_that_can_be_nowhere_is_refused(name: str, place: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match=f"`{name}` must be a path of this machine"):
        Settings.from_environment({"DIGITLAB_HOME": str(tmp_path), name: place})


def test_the_environment_is_read_at_each_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "other"):
        monkeypatch.setenv("DIGITLAB_HOME", str(tmp_path / name))
        assert settings().home == (tmp_path / name).resolve()
