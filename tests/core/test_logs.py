from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core import logs

PROJECT = Path(__file__).parents[2]


def test_a_line_says_process_and_work(tmp_path: Path) -> None:
    path, logger = tmp_path / "lines.log", logging.getLogger("core.example")
    handler = logs.told_by(logging.FileHandler(path))
    logger.addHandler(handler)
    try:
        with logs.about("search mine"), logs.about("trial 3"):
            logger.warning("It takes long.")
        logger.warning("It is over.")
    finally:
        logger.removeHandler(handler)
        handler.close()
    first, second = path.read_text("utf-8").splitlines()
    assert re.search(rf" WARNING core\.example \[\S+ {os.getpid()}, search mine, trial 3\]: It takes long\.$", first)
    assert re.search(rf" \[\S+ {os.getpid()}\]: It is over\.$", second)


def test_work_is_forgotten_where_it_fails() -> None:
    with pytest.raises(ValueError, match="broken"), logs.about("run 1"):
        raise ValueError("broken")
    assert logs._work.get() == ""


def test_it_is_configured_once_and_writes_the_traceback() -> None:
    program = (
        "import logging; from core import logs; logs.configure(); logs.configure()\n"
        "logger = logging.getLogger('core.example'); logger.debug('quiet')\n"
        "try: 1 / 0\n"
        "except ZeroDivisionError: logger.exception('The job failed.')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert done.stderr.count("The job failed.") == 1
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert "quiet" not in done.stderr


def test_it_writes_to_the_stderr_of_the_moment_and_not_to_a_closed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    closed, now = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stderr", closed)
    handler = logs.told_by(logs._Stderr())
    closed.close()
    monkeypatch.setattr("sys.stderr", now)
    handler.handle(logging.makeLogRecord({"name": "core.example", "msg": "It goes on."}))
    handler.flush()
    assert "It goes on." in now.getvalue()
