"""The environment, read into one frozen object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import platformdirs

from core.errors import InputError

MODES = ("full", "readonly")
VISITORS = ("look", "draw", "upload", "train")
READ = (
    "DIGITLAB_HOME", "DIGITLAB_DATA_DIR", "DIGITLAB_MODE", "DIGITLAB_STUDIES", "DIGITLAB_VISITORS",
    "MLFLOW_TRACKING_URI", "DASK_SCHEDULER_ADDRESS", "HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME",
)  # fmt: skip
"""The variables of the environment on which settings depend; the last four say where the home folder is by default."""


@dataclass(frozen=True)
class Settings:
    """Where Digit Lab writes, and which servers it uses.

    Attributes
    ----------
    home : Path
        Everything that is written lies below it: database, artefacts, cache.
    data_dir : Path or None
        A folder or a file with MNIST in any form that `core.data.files` reads, asked before every other source.
    tracking_uri : str
        MLflow tracking server; a SQLite file below `home` by default.
    scheduler_address : str or None
        Dask scheduler of a real cluster; None starts an embedded one.
    studies_url : str
        Optuna's storage. Never MLflow's database: both keep an `alembic_version` table.
    mode : str
        "full", or "readonly", which starts and changes nothing.
    visitors : str
        What people who are not logged in may do where a login is configured: one of `VISITORS`, which includes those
        before it.
    """

    home: Path
    data_dir: Path | None
    tracking_uri: str
    scheduler_address: str | None
    studies_url: str
    mode: str
    visitors: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raises InputError for a mode that does not exist, or a home that cannot be used."""
        default = platformdirs.user_data_dir("digit-lab", appauthor=False)
        home = _place("DIGITLAB_HOME", environment.get("DIGITLAB_HOME") or default)
        if {"?", "%"} & set(str(home)):
            raise InputError(
                f"`DIGITLAB_HOME` must not contain ? or %, which the addresses of databases cannot hold; got {home}."
            )
        mode = environment.get("DIGITLAB_MODE") or "full"
        if mode not in MODES:
            raise InputError(f"`DIGITLAB_MODE` must be one of {', '.join(MODES)}; got {mode}.")
        visitors = environment.get("DIGITLAB_VISITORS") or "draw"
        if visitors not in VISITORS:
            raise InputError(f"`DIGITLAB_VISITORS` must be one of {', '.join(VISITORS)}; got {visitors}.")
        data_dir = environment.get("DIGITLAB_DATA_DIR")
        return cls(
            home=home,
            data_dir=_place("DIGITLAB_DATA_DIR", data_dir) if data_dir else None,
            tracking_uri=environment.get("MLFLOW_TRACKING_URI") or f"sqlite:///{home / 'runs.db'}",
            scheduler_address=environment.get("DASK_SCHEDULER_ADDRESS") or None,
            studies_url=environment.get("DIGITLAB_STUDIES") or f"sqlite:///{home / 'studies.db'}",
            mode=mode,
            visitors=visitors,
        )

    @property
    def cache(self) -> Path:
        """What can be deleted at any time and is then made again."""
        return self.home / "cache"

    @property
    def artifacts(self) -> Path:
        """Where MLflow keeps the artefacts of runs when the registry is the local SQLite file."""
        return self.home / "artifacts"

    @property
    def writable(self) -> bool:
        """Whether this process may write to `home`, or make it where it is not there yet."""
        place = next(folder for folder in (self.home, *self.home.parents) if folder.exists())
        return os.access(place, os.W_OK | os.X_OK)

    @property
    def ledger_url(self) -> str:
        """Where the ledger of jobs is: beside the studies in a database that machines share, else below `home`."""
        return f"sqlite:///{self.home / 'jobs.db'}" if self.studies_url.startswith("sqlite:") else self.studies_url

    @property
    def readonly(self) -> bool:
        """Whether nothing may be started or changed."""
        return self.mode == "readonly"


def _place(name: str, text: str) -> Path:
    """Return the whole path that a variable means; raises InputError for one that can be nowhere."""
    try:
        place = Path(text).expanduser().resolve()
        place.exists()
    except (OSError, RuntimeError, ValueError) as error:  # no such person, links in a circle, too long a name
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"`{name}` must be a path of this machine ({reason}); got {text[:200]}.") from None
    return place


def settings() -> Settings:
    """Read the process environment, at each call, so that a test or a server may change it."""
    return _settings(tuple(os.environ.get(name) for name in READ))


@lru_cache(maxsize=16)
def _settings(values: tuple[str | None, ...]) -> Settings:
    """Return the settings of the variables of `READ`; kept, as a page asks a hundred times each time it is drawn."""
    return Settings.from_environment({name: value for name, value in zip(READ, values, strict=True) if value})
