from __future__ import annotations

import ctypes
import platform
import sys

import pytest

from core import heap


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
