from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from core.data.archive import IDX_NAMES
from core.data.dataset import Arrays
from core.data.download import download
from core.data.mirrors import Mirror, RemoteFile
from core.data.sources import cache_path, load_dataset
from core.errors import DownloadError, ReadOnlyError
from tests.core.data.server import Server

pytestmark = pytest.mark.data

TIMEOUT = (5.0, 0.3)


def leftovers() -> list[str]:
    return sorted(path.name for path in cache_path().parent.iterdir())


def test_whole_archive_arrives(server: Server, small_mnist: Arrays) -> None:
    assert download(mirrors=[server.mirror("whole", "mnist.npz")]) == cache_path()
    dataset = load_dataset()
    assert dataset.origin.startswith("The full MNIST, from Digit Lab's cache")
    np.testing.assert_array_equal(dataset.test.images, small_mnist.x_test)


def test_four_idx_files_become_one_archive(server: Server, small_mnist: Arrays) -> None:
    download(mirrors=[server.mirror("whole", *(stem + ".gz" for stem in IDX_NAMES.values()))])
    np.testing.assert_array_equal(load_dataset().test.labels, small_mnist.y_test)


def test_slow_server_is_waited_for(server: Server) -> None:
    download(mirrors=[server.mirror("slow", "mnist.npz")], rounds=1, timeout=TIMEOUT)
    assert not load_dataset().is_sample


def test_progress_runs_up_to_the_total(server: Server) -> None:
    mirror = server.mirror("whole", *(stem + ".gz" for stem in IDX_NAMES.values()))
    seen: list[tuple[int, int]] = []
    download(lambda done, total: seen.append((done, total)), [mirror])
    assert seen[0] == (0, mirror.size)
    assert seen[-1] == (mirror.size, mirror.size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("truncated", "closed the connection early"),
        ("wrong", "sent a damaged file"),
        ("stalled", "cannot be reached or stopped answering"),
        ("missing", "answered 404 Not Found"),
    ],
)
def test_failure_is_told_and_nothing_is_left(server: Server, behaviour: str, reason: str) -> None:
    with pytest.raises(DownloadError, match=rf"127\.0\.0\.1:\d+ {reason}\. Check the network"):
        download(mirrors=[server.mirror(behaviour, "mnist.npz")], rounds=1, timeout=TIMEOUT)
    assert not [name for name in leftovers() if not name.endswith(".lock")]
    assert load_dataset().is_sample


@pytest.mark.parametrize("behaviour", ["truncated", "wrong", "stalled", "missing"])
def test_next_mirror_is_asked(server: Server, behaviour: str) -> None:
    mirrors = [server.mirror(behaviour, "mnist.npz"), server.mirror("whole", "mnist.npz")]
    download(mirrors=mirrors, timeout=TIMEOUT)
    assert server.asked == [behaviour, "whole"]
    assert not load_dataset().is_sample


def test_nobody_listens() -> None:
    mirror = Mirror("http://127.0.0.1:9/", (RemoteFile("mnist.npz", "md5:0", 1),))
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1:9 cannot be reached"):
        download(mirrors=[mirror])


def test_each_mirror_is_asked_again(server: Server) -> None:
    with pytest.raises(DownloadError, match="404"):
        download(mirrors=[server.mirror("missing", "mnist.npz")], rounds=3)
    assert server.asked == ["missing"] * 3


def test_a_host_is_named_once_whatever_the_number_of_its_mirrors(server: Server) -> None:
    mirrors = [server.mirror("missing", "mnist.npz"), server.mirror("wrong", "mnist.npz")]
    with pytest.raises(DownloadError) as told:
        download(mirrors=mirrors, timeout=TIMEOUT)
    assert str(told.value).count("127.0.0.1") == 1
    assert "answered 404 Not Found and sent a damaged file. Check" in str(told.value)


def test_right_hash_of_wrong_content_is_refused(server: Server) -> None:
    server.files["mnist.npz"] = b"not MNIST at all"
    with pytest.raises(DownloadError, match="sent a damaged file"):
        download(mirrors=[server.mirror("whole", "mnist.npz")], rounds=1)


def test_what_is_whole_is_not_fetched_again(server: Server) -> None:
    mirrors = [server.mirror("whole", "mnist.npz")]
    download(mirrors=mirrors)
    download(mirrors=mirrors)
    assert server.asked == ["whole"]


def test_damaged_cache_is_fetched_again(server: Server) -> None:
    cache_path().parent.mkdir(parents=True)
    cache_path().write_bytes(b"half")
    download(mirrors=[server.mirror("whole", "mnist.npz")])
    assert load_dataset().notices == ()


def test_unwritable_cache_is_named(home: Path, server: Server) -> None:
    home.write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match=re.escape(f"MNIST cannot be written to {cache_path().parent}")):
        download(mirrors=[server.mirror("whole", "mnist.npz")])


def test_readonly_downloads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError, match="readonly` nothing is downloaded"):
        download()
