"""The log of a training: written beside what it makes, and kept with the run even where that fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.logs import told_by
from core.runs import artifacts

logger = logging.getLogger(__name__)


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """Write what the project's loggers say into a file for as long as the block lasts."""
    handler = told_by(logging.FileHandler(path, encoding="utf-8", delay=False))
    root = logging.getLogger("core")
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        logger.info("Training started")
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()


def store_log(run_id: str, folder: Path) -> None:
    """Store the log, and nothing else of a folder, with a run that has failed."""
    log_only = folder / "failed"
    log_only.mkdir(exist_ok=True)
    (log_only / artifacts.LOG).write_bytes((folder / artifacts.LOG).read_bytes())
    artifacts.store(run_id, log_only)
