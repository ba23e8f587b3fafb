"""A small artefact written to where runs keep theirs, read back and deleted: whether the store works from here."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.runs.database import client, experiment_id, registry_errors
from core.settings import settings


@contextmanager
def stored_artifact() -> Iterator[str]:
    """Keep an artefact in the store for the length of the block; yields its name, which is also its content.

    Raises
    ------
    RegistryError
        The store refuses it, or cannot be reached.
    """
    name = uuid.uuid4().hex
    with registry_errors(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(name, "utf-8")
        _store().log_artifact(str(path), _folder(name))
    try:
        yield name
    finally:
        with registry_errors():
            _store().delete_artifacts(_folder(name))


def read_back(name: str) -> bool:
    """Return whether the artefact `name` can be read, from this process, with the content it was written with."""
    with registry_errors(), tempfile.TemporaryDirectory() as folder:
        return Path(_store().download_artifacts(f"{_folder(name)}/{name}", folder)).read_text("utf-8") == name


def _folder(name: str) -> str:
    return f"check-{name}"


def _store() -> Any:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    location = client().get_experiment(experiment_id()).artifact_location
    return get_artifact_repository(location, tracking_uri=settings().tracking_uri)
