from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.cli.app import main


@dataclass(frozen=True)
class Finished:
    """What a command left: its exit code and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Finished]
Document = Callable[..., Any]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run `python -m core ...` in this process, through the same `main`."""

    def run(*arguments: str) -> Finished:
        monkeypatch.setattr("sys.argv", ["python -m core", *arguments])
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capfd.readouterr()
        return Finished(code, out, err)

    return run


@pytest.fixture
def document(command: Command) -> Callable[..., Any]:
    """Run a command that must succeed with `--json`, and parse all of what it prints."""

    def run(*arguments: str) -> Any:
        finished = command(*arguments, "--json")
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout)

    return run


@pytest.fixture(autouse=True)
def _registry(migrated: Path) -> None:
    """Start from a registry that opens at once."""
