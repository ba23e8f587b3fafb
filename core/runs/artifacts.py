"""What a run leaves behind: the served model, the native one, predictions and the log."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.damage import DAMAGE
from core.data.whole_file import whole_file
from core.errors import RegistryError
from core.runs import mlflow_model
from core.runs.database import client, registry_errors, retry_if_locked
from core.runs.logged_model import list_model
from core.runs.migration import path_of
from core.runs.run import Run
from core.settings import settings
from core.temporary import temporary_folder

MODEL = "model"
NATIVE = "native"
PREDICTIONS = "predictions.npz"
LOG = "job.log"
HISTORY = "history"
"""What `core.runs.history` keeps while a training goes on."""


@dataclass(frozen=True)
class Predictions:
    """Probabilities of the images that judge a run, in the order of the data set's splits.

    Attributes
    ----------
    validation, test : (n, 10) float32
    """

    validation: np.ndarray
    test: np.ndarray

    def of(self, split: str) -> np.ndarray:
        """Return the probabilities of one split, "validation" or "test"."""
        return self.validation if split == "validation" else self.test

    def save(self, path: Path) -> None:
        """Write as a compressed npz without pickles."""
        np.savez_compressed(path, validation=self.validation, test=self.test)

    @classmethod
    def load(cls, path: Path) -> Predictions:
        """Read what `save` wrote; raises RegistryError for a file that is missing or damaged."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return cls(stored["validation"].astype(np.float32), stored["test"].astype(np.float32))
        except DAMAGE as error:
            raise RegistryError(f"The stored predictions {path.name} are missing or damaged.") from error


def store(run_id: str, folder: Path) -> None:
    """Add everything in `folder` to a run's artefacts; a run is finished only after this has returned.

    Its model, where there is one, is described for MLflow first.
    """
    mlflow_model.describe(folder / MODEL, run_id)
    retry_if_locked(lambda: client().log_artifacts(run_id, str(folder)))
    if (folder / MODEL / mlflow_model.MLMODEL).exists():
        retry_if_locked(lambda: mlflow_model.record(folder / MODEL, run_id))
        list_model(run_id, MODEL)


def store_array(run_id: str, folder: str, name: str, array: np.ndarray) -> None:
    """Add one array to a folder of a run's artefacts as `NAME.npy`, whole or not at all, in the place of an older one.

    Raises
    ------
    RegistryError, OSError
        It cannot be written.
    """
    root = _local_root(run_id)
    if root is not None:
        with whole_file(root / folder / f"{name}.npy") as staging, staging.open("wb") as file:
            np.save(file, array, allow_pickle=False)
        return
    with temporary_folder() as staging:
        np.save(staging / f"{name}.npy", array, allow_pickle=False)
        retry_if_locked(lambda: client().log_artifact(run_id, str(staging / f"{name}.npy"), folder))


def stored_arrays(run_id: str, folder: str) -> list[str]:
    """Return the names of the arrays in a folder of a run's artefacts, in order; none where the store is elsewhere."""
    root = _local_root(run_id)
    return [] if root is None else sorted(path.stem for path in (root / folder).glob("*.npy"))


def discard(run_id: str, *, keep: tuple[str, ...] = ()) -> None:
    """Delete what an unfinished run had stored, so that nothing stays half there; but what is named in `keep`."""
    root = _local_root(run_id)
    for path in root.iterdir() if root is not None and root.exists() else ():
        if path.name not in keep:
            delete(path)


def discard_one(run_id: str, name: str) -> None:
    """Delete one artefact, where the store is on this machine."""
    root = _local_root(run_id)
    if root is not None:
        delete(root / name)


def delete(path: Path) -> None:
    """Delete a file or a folder, as far as that is possible."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def local(run: Run, name: str) -> Path:
    """Return a local path of one artefact (a file or a folder) of a run, fetched once from a remote store.

    Raises
    ------
    RegistryError
        If the run has no such artefact.
    """
    root = _local_root(run.run_id)
    if root is not None:
        path = root / name
        if not path.exists():
            why = f"the file is missing. {way_out(run)}" if run.finished else "the run ended before it was stored."
            raise RegistryError(f"{run.name} ({run.short_id}) has no {name}: {why}")
        return path
    return _fetched(run, name)


def predictions(run: Run) -> Predictions:
    """Return the stored predictions of a finished run; raises RegistryError where they are missing or damaged."""
    path = local(run, PREDICTIONS)
    with named(run):
        return Predictions.load(path)


@contextmanager
def named(run: Run) -> Iterator[None]:
    """Add to what is said of a damaged file whose it is, and the way out."""
    try:
        yield
    except RegistryError as error:
        words = str(error)
        raise RegistryError(f"{run.name} ({run.short_id}): {words[0].lower()}{words[1:]} {way_out(run)}") from error


def way_out(run: Run) -> str:
    """Return what to do about a run that has lost a file, in a sentence."""
    if run.shipped:
        return "Check out the project again."
    made = "Import" if run.external else "Build" if run.committee else "Train"
    return f"{made} it again, or delete it."


def _local_root(run_id: str) -> Path | None:
    with registry_errors():
        return path_of(client().get_run(run_id).info.artifact_uri)


def _fetched(run: Run, name: str) -> Path:
    kept = settings().cache / "artifacts" / run.run_id / name
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder() as staging:
        with registry_errors():
            downloaded = Path(client().download_artifacts(run.run_id, name, str(staging)))
        return _moved(downloaded, kept)


def _moved(source: Path, target: Path) -> Path:
    """Put a finished download in its place at once; another process may have been faster."""
    unique = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
    shutil.move(source, unique)
    try:
        unique.replace(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(unique, ignore_errors=True)
    return target


def disk_use(folder: Path) -> int:
    """Return bytes of all files below a folder."""
    return sum(_size(path) for path in folder.rglob("*")) if folder.exists() else 0


def _size(path: Path) -> int:
    """Return bytes of a file; 0 for what is none, is gone meanwhile or may not be looked at."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def names(run: Run) -> list[dict[str, Any]]:
    """Return the artefacts of a run: path and size in bytes, folders entered."""
    with registry_errors():
        return list(_walk(run.run_id, None))


def _walk(run_id: str, path: str | None) -> Any:
    for entry in client().list_artifacts(run_id, path):
        if entry.is_dir:
            yield from _walk(run_id, entry.path)
        else:
            yield {"path": entry.path, "bytes": entry.file_size}
