"""Which process holds a job, and whether it still lives; only a process of this machine can be looked for."""

from __future__ import annotations

import os
import platform
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import psutil

START_TIME = 19
"""Place of the start time, in clock ticks since boot, after the name in `/proc/PID/stat` (proc(5), field 22)."""


@dataclass(frozen=True)
class Process:
    """One process of one machine.

    Attributes
    ----------
    machine : str
        Host name, boot and process namespace: two processes with equal ones see each other's ids.
    born : str
        When it started; tells it from a later process of the same id. Independent of the wall clock where possible.
    """

    machine: str
    pid: int
    born: str

    @property
    def host(self) -> str:
        """The name of the machine."""
        return self.machine.partition(" ")[0]


def this_process() -> Process:
    """Return the process that asks."""
    return Process(machine(), os.getpid(), born(os.getpid()) or "")


@lru_cache(maxsize=1)
def machine() -> str:
    """Return host name, boot and process namespace: processes with equal ones see each other's ids."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{platform.node()} {boot} {Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return platform.node()


def lives(process: Process) -> bool:
    """Whether a process of this machine is still there, stopped or not; one that waits to be reaped is not."""
    return bool(process.born) and born(process.pid) == process.born


def born(pid: int) -> str | None:
    """Return when a process started; None where there is none, or where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(") ")[2].split()
        return None if fields[0] in "ZX" else fields[START_TIME]
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _born_elsewhere(pid)
    except (OSError, IndexError):
        return None


def _born_elsewhere(pid: int) -> str | None:
    try:
        found = psutil.Process(pid)
        return None if found.status() == psutil.STATUS_ZOMBIE else f"{found.create_time():.0f}"
    except psutil.Error:
        return None


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back until the block has ended, so that what it begins to write is whole."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            signal.raise_signal(signal.SIGINT)
