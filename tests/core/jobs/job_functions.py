"""What the workers run in these tests; they import it by name."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from core.errors import TrainingError


def write(path: str, word: str) -> int:
    """Add a word to a file; the process's id."""
    with Path(path).open("a") as file:
        file.write(f"{word}\n")
    return os.getpid()


def hold(folder: str, name: str, megabytes: int = 0) -> int:
    """Say that it has started, and go on until the file `release` is there; the process's id."""
    memory = bytearray(os.urandom(2**20)) * megabytes
    write(f"{folder}/started", f"{name} {os.getpid()}")
    deadline = time.monotonic() + 120
    while not Path(folder, "release").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return os.getpid() + len(memory[:0])


def hold_with_child(folder: str) -> None:
    """Start a process of its own, and hold."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    hold(folder, f"child {child.pid}")


def diverge() -> None:
    raise TrainingError("The loss is not a number.")
