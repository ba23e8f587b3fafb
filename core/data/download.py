"""Fetch MNIST from public mirrors into Digit Lab's cache, whole and checked or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from core.data.archive import NPZ_NAME, is_present, read_npz
from core.data.mirrors import MIRRORS, Mirror
from core.data.sources import cache_path, read_folder
from core.errors import DataError, DownloadError, ReadOnlyError
from core.settings import settings
from core.temporary import temporary_folder

Progress = Callable[[int, int], None]

ROUNDS = 2
TIMEOUT_SECONDS = (10.0, 30.0)  # to connect; without a byte
CHUNK_BYTES = 16_384
WAY_OUT = f"Check the network, or put {NPZ_NAME} into a folder and name it in `DIGITLAB_DATA_DIR`."


def download(
    progress: Progress | None = None,
    mirrors: Sequence[Mirror] = MIRRORS,
    *,
    rounds: int = ROUNDS,
    timeout: tuple[float, float] = TIMEOUT_SECONDS,
) -> Path:
    """Fetch MNIST from the first mirror that delivers it whole; other processes wait for the one that fetches.

    Parameters
    ----------
    progress : callable, optional
        Called with bytes fetched and bytes in all, from 0 again at the next mirror. What it raises ends the download.
    mirrors : sequence of Mirror
    rounds : int
        How often each mirror is asked.
    timeout : (float, float)
        Seconds to connect, and seconds without a byte, after which the next mirror is asked.

    Returns
    -------
    Path
        The archive in Digit Lab's cache; `load_dataset` finds it from now on.

    Raises
    ------
    DownloadError
        No mirror delivered MNIST, or it cannot be written.
    ReadOnlyError
        `DIGITLAB_MODE=readonly`.
    """
    from core.file_lock import file_lock

    if settings().readonly:
        raise ReadOnlyError("With `DIGITLAB_MODE=readonly` nothing is downloaded; unset it to download MNIST.")
    target = cache_path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with file_lock(target.with_name("download.lock")):
            if not _is_whole(target):
                _fetch_any(target, list(mirrors) * rounds, progress or _say_nothing, timeout)
    except OSError as error:
        raise DownloadError(f"MNIST cannot be written to {target.parent}: {error.strerror or error}.") from error
    return target


class _Bar:
    """What pooch reports to (https://www.fatiando.org/pooch/latest/progressbars.html): one file of several."""

    def __init__(self, progress: Progress, before: int, size: int, total_size: int) -> None:
        self.total = size
        self._progress, self._before, self._size, self._total_size = progress, before, size, total_size
        self._count = 0

    def update(self, n_bytes: int) -> None:
        self._count = min(self._count + n_bytes, self._size)
        self._progress(self._before + self._count, self._total_size)

    def reset(self) -> None:
        self._count = 0

    def close(self) -> None:
        pass


def _fetch_any(target: Path, mirrors: Sequence[Mirror], progress: Progress, timeout: tuple[float, float]) -> None:
    import requests

    failures: dict[str, list[str]] = {}
    for mirror in mirrors:
        try:
            _fetch(target, mirror, progress, timeout)
            return
        except (requests.RequestException, ValueError, DataError) as error:  # a wrong hash is pooch's ValueError
            failures.setdefault(urlsplit(mirror.address).netloc, []).append(_reason(error))
    told = "; ".join(f"{host} {' and '.join(dict.fromkeys(reasons))}" for host, reasons in failures.items())
    raise DownloadError(f"MNIST could not be downloaded: {told}. {WAY_OUT}")


def _fetch(target: Path, mirror: Mirror, progress: Progress, timeout: tuple[float, float]) -> None:
    """Fetch one mirror's files into a folder beside the target, check them, and move the result into its place."""
    import pooch

    with temporary_folder() as folder:
        before = 0
        progress(before, mirror.size)
        for file in mirror.files:
            bar = _Bar(progress, before, file.size, mirror.size)
            fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=CHUNK_BYTES, timeout=timeout)
            pooch.retrieve(mirror.address + file.name, file.known_hash, fname=file.name, path=folder, downloader=fetch)
            before += file.size
        arrays = read_folder(folder)
        whole = folder / "whole.npz"
        np.savez(whole, **arrays._asdict())  # not compressed: opens in half the time
        whole.replace(target)


def _is_whole(path: Path) -> bool:
    try:
        return is_present(path) and bool(read_npz(path))
    except DataError:
        return False


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "closed the connection early"
    if isinstance(error, requests.RequestException):
        return "cannot be reached or stopped answering"
    return "sent a damaged file"


def _say_nothing(done: int, total: int) -> None:
    """Take the place of a progress bar."""
