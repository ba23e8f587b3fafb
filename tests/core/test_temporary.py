from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import settings
from core.temporary import temporary_folder

PROJECT = Path(__file__).parents[2]
KILLED = """
import os, signal
from core.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "half").write_text("half")
    print(folder, flush=True)
    os._exit(9)
"""


def test_it_is_empty_and_gone_afterwards() -> None:
    with temporary_folder() as folder:
        assert folder.is_relative_to(settings().cache) and not list(folder.iterdir())
        (folder / "file").write_text("text")
    assert not folder.exists()


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_has_is_not() -> None:
    with temporary_folder() as living:
        killed = subprocess.run(
            [sys.executable, "-c", KILLED], cwd=PROJECT, capture_output=True, text=True, timeout=100, check=False
        )
        left = Path(killed.stdout.strip())
        assert (left / "half").exists()
        with temporary_folder():
            assert not left.exists() and living.exists()


def test_a_folder_of_another_machine_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_folder() as folder:
        other = folder.with_name("elsewhere-1-1-abc")
        other.mkdir()
        with temporary_folder():
            assert other.exists()
