from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from core.errors import RegistryError
from core.models.specification import Specification
from core.runs import registry
from core.runs.run import Run
from core.runs.watch import RunWatcher, written
from tests.core.jobs.polling import until


def test_nobody_waits_for_the_first_reading() -> None:
    may_go, done = threading.Event(), threading.Event()

    def slow() -> list[Run]:
        may_go.wait(30)
        done.set()
        return []

    watcher = RunWatcher(slow, patience=0)
    assert watcher.runs() is None
    assert watcher.opening
    may_go.set()
    assert done.wait(30)
    assert watcher.refresh() == []
    assert not watcher.opening


def test_a_broken_registry_keeps_what_was_known() -> None:
    answers = iter([[], RegistryError("gone")])

    def read() -> list[Run]:
        answer = next(answers)
        if isinstance(answer, RegistryError):
            raise answer
        return answer

    watcher = RunWatcher(read)
    assert watcher.refresh() == []
    with pytest.raises(RegistryError, match="gone"):
        watcher.refresh()
    assert watcher.runs() == []
    assert str(watcher.error) == "gone"


def test_a_fault_in_the_first_reading_is_not_the_last_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.watch.FRESH_SECONDS", 0)
    answers = iter([None, *[[] for _ in range(1000)]])

    def read() -> list[Run]:
        answer = next(answers)
        assert answer is not None
        return answer

    watcher = RunWatcher(read)
    with pytest.raises(AssertionError):
        watcher.refresh()
    assert watcher.opening
    assert until(lambda: watcher.runs() is not None)
    assert not watcher.opening


def test_what_was_not_written_since_is_not_read_again() -> None:
    read: list[int] = []
    times = iter([(("runs.db", 1, 1),), (("runs.db", 1, 1),), (("runs.db", 2, 1),), (("runs.db", 2, 1),), None])

    def reading() -> list[Run]:
        read.append(1)
        return []

    watcher = RunWatcher(reading, written=lambda: next(times))
    watcher.refresh()
    watcher._refresh_if_idle()
    assert len(read) == 1
    watcher._refresh_if_idle()
    assert len(read) == 2


def test_a_registry_that_was_just_written_is_read_again(migrated: Path) -> None:
    registry.create(Specification.from_preset("logistic", "fast"), "0" * 16)
    assert written() is None
    for path in migrated.glob("*.db*"):
        os.utime(path, (1e9, 1e9))
    assert written() is not None and written() == written()
    registry.create(Specification.from_preset("logistic", "fast", seed=1), "0" * 16)
    assert written() is None
