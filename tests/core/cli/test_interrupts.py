"""Ctrl-C in moments in which Python loses it, or makes another error of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
PRELUDE = """
import importlib, signal, sys, threading
from core import interrupts

def press(): signal.raise_signal(signal.SIGINT)
"""


def ended(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that has loaded `core.interrupts`, in a process whose Ctrl-C is Python's own."""
    return subprocess.run(
        [sys.executable, "-c", f"import signal; signal.signal(2, signal.default_int_handler){PRELUDE}{program}"],
        cwd=folder, env={**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT), str(folder)))}, text=True,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def test_ctrl_c_while_a_command_loads_ends_it_at_once(tmp_path: Path) -> None:
    program = "interrupts.end_while_loading()\ntry: press()\nexcept BaseException: print('went on')"
    process = ended(program, tmp_path)
    assert (process.returncode, process.stdout, process.stderr) == (130, "", "digit-lab: stopped.\n")


def test_ctrl_c_in_an_import_waits_for_its_end(tmp_path: Path) -> None:
    """A library that loses what is raised while it is loaded is loaded whole, and the command is interrupted then."""
    (tmp_path / "swallowing.py").write_text(
        "import signal\ntry: signal.raise_signal(signal.SIGINT)\nexcept: raise ImportError('half loaded')\n"
    )
    program = """
interrupts.end_while_loading()
interrupts.raise_from_now_on()
try:
    import swallowing
    print("loaded", flush=True)
    threading.Event().wait(50)
except KeyboardInterrupt:
    print("interrupted")
"""
    assert ended(program, tmp_path).stdout.split() == ["loaded", "interrupted"]


def test_ctrl_c_while_an_object_is_cleaned_up_interrupts_the_command(tmp_path: Path) -> None:
    program = """
interrupts.end_while_loading()
interrupts.raise_from_now_on()
class Pressed:
    def __del__(self): press()
try:
    Pressed()
    threading.Event().wait(50)
except KeyboardInterrupt:
    print("interrupted")
"""
    process = ended(program, tmp_path)
    assert (process.stdout.split(), process.stderr) == (["interrupted"], "")


def test_an_error_that_a_library_makes_of_ctrl_c_counts_as_ctrl_c(tmp_path: Path) -> None:
    """As pydantic's core does, where it calls back into Python."""
    program = """
import core.__main__, core.cli.app
def main():
    try: press()
    except KeyboardInterrupt: raise ValueError("the schema cannot be built") from None
core.cli.app.main = main
core.__main__.run()
"""
    process = ended(program, tmp_path)
    assert (process.returncode, process.stderr) == (130, "digit-lab: stopped.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no processes that ignore Ctrl-C from their start.")
def test_a_process_that_ignores_ctrl_c_goes_on_ignoring_it(tmp_path: Path) -> None:
    program = """
signal.signal(signal.SIGINT, signal.SIG_IGN)
interrupts.end_while_loading()
interrupts.raise_from_now_on()
press()
print("went on")
"""
    assert ended(program, tmp_path).stdout == "went on\n"
