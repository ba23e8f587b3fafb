from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.ui import searches


@pytest.fixture
def taken_up(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Counts how often the searches of a server are opened."""
    opened = threading.Semaphore(0)
    monkeypatch.setattr(searches, "FIRST_PAGE_SECONDS", 0)
    monkeypatch.setattr(searches, "_searches", lambda home, url, address: opened.release())
    return opened


def test_jobs_of_a_home_are_taken_up_once(taken_up: threading.Semaphore, home: Path) -> None:
    home.mkdir()
    (home / "jobs.db").touch()
    searches.take_up_jobs()
    searches.take_up_jobs()
    assert taken_up.acquire(timeout=20)
    assert not taken_up.acquire(blocking=False)


@pytest.mark.parametrize("readonly", [True, False])
def test_nothing_is_opened_where_there_is_no_job_or_nothing_may_start(
    home: Path, monkeypatch: pytest.MonkeyPatch, readonly: bool
) -> None:
    asked: list[tuple] = []
    monkeypatch.setattr(searches, "_take_up", lambda *settings: asked.append(settings))
    home.mkdir()
    if readonly:
        monkeypatch.setenv("DIGITLAB_MODE", "readonly")
        (home / "jobs.db").touch()
    searches.take_up_jobs()
    assert not asked
