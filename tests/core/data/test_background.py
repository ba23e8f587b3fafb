from __future__ import annotations

import pytest

from core.data import background
from core.data.background import Download, start_download
from core.data.sources import cache_path
from tests.core.data.server import Server


def test_background_download_can_be_watched(server: Server) -> None:
    watched = Download([server.mirror("whole", "mnist.npz")])
    assert watched.wait(20)
    assert watched.finished and not watched.cancelled
    assert watched.fraction == 1
    assert watched.error is None


def test_background_failure_is_a_sentence(server: Server) -> None:
    watched = Download([server.mirror("missing", "mnist.npz")])
    assert watched.wait(20)
    assert watched.error is not None
    assert watched.error.startswith("MNIST could not be downloaded: 127.0.0.1")


def test_background_download_can_be_cancelled(server: Server) -> None:
    mirror = server.mirror("stalled", "mnist.npz")
    watched = Download([mirror, server.mirror("whole", "mnist.npz")], timeout=(5.0, 20.0))
    watched.cancel()
    server.go_on.set()
    assert watched.wait(20)
    assert watched.cancelled
    assert not [path for path in cache_path().parent.iterdir() if path.suffix != ".lock"]


def test_one_download_a_process(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_current", None)
    mirrors = [server.mirror("stalled", "mnist.npz")]
    first = start_download(mirrors)
    assert start_download(mirrors) is first
    first.cancel()
    server.go_on.set()
    assert first.wait(20)
    running = start_download([server.mirror("whole", "mnist.npz")])
    assert running is not first
    assert running.wait(20)
