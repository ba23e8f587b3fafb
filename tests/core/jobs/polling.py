"""Waiting for what happens in other processes, with a generous deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")
FUNCTIONS = "tests.core.jobs.job_functions"


def until(condition: Callable[[], T], seconds: float = 60) -> T:
    """Call until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return answer


def started(folder: Path) -> list[list[str]]:
    """The words of each job that `hold` has started."""
    file = folder / "started"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def running(pid: int) -> bool:
    """Whether a process lives; one that waits for its parent to notice its end does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
