from __future__ import annotations

import ctypes
import platform
import sys

import psutil
import pytest

from core import heap
from tests.core.jobs.polling import until


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="Only glibc has several heaps to share.")
def test_glibc_takes_the_setting() -> None:
    assert heap.share_heaps()


def test_another_system_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert not heap.share_heaps()
    assert not heap.give_back()


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert not heap.share_heaps()
    assert not heap.give_back()


def test_memory_is_given_back_whenever_the_process_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    held, given = [100], []

    def give_back() -> bool:
        given.append(held[0])
        held[0] -= 10
        return True

    monkeypatch.setattr(heap, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(heap, "GROWN_BYTES", 50)
    monkeypatch.setattr(heap, "resident_bytes", lambda: held[0])
    monkeypatch.setattr(heap, "give_back", give_back)
    ended = heap.keep_giving_back()
    until(lambda: given == [100])
    held[0] = 120
    held[0] = 141
    until(lambda: given == [100, 141])
    ended.set()
    assert held == [131]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Only Linux says so in /proc.")
def test_what_the_process_holds_is_known() -> None:
    assert heap.resident_bytes() == pytest.approx(psutil.Process().memory_info().rss, rel=0.05)
