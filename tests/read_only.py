"""A folder that nobody can write to, for the length of a block."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take the right to write away; from root, whom no mode stops, by a mount of its own."""
    if os.name == "nt":
        pytest.skip("On Windows the modes of a folder keep nobody from writing into it.")
    if os.geteuid() != 0:
        yield from _by_mode(folder)
        return
    mount = ["mount", "--bind", str(folder), str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("This root may not mount.")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _by_mode(folder: Path) -> Iterator[None]:
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for place in folders:
        place.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        yield
    finally:
        for place in folders:
            place.chmod(stat.S_IRWXU)
