"""What server, command line and workers log: a line each, with the process and the run, search or job it is about."""

from __future__ import annotations

import logging
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(where)s%(work)s]: %(message)s"

_work: ContextVar[str] = ContextVar("work", default="")


class _Context(logging.Filter):
    """Adds to each record where it was written, as host and process, and what it is about."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.where = f"{platform.node()} {record.process}"
        record.work = _work.get()
        return True


def told_by(handler: logging.Handler) -> logging.Handler:
    """Let a handler write the project's lines."""
    handler.addFilter(_Context())
    handler.setFormatter(logging.Formatter(FORMAT))
    return handler


def configure(level: int = logging.INFO) -> None:
    """Write what the project's loggers say to stderr, from `level` on; does nothing the second time."""
    ours = logging.getLogger("core")
    if not any(isinstance(handler, _Stderr) for handler in ours.handlers):
        ours.addHandler(told_by(_Stderr()))
        ours.setLevel(level)


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what stderr is by then, as it may be replaced; known by its class, so that no second one is added."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


@contextmanager
def about(work: str) -> Iterator[None]:
    """Name in each line of the block what it is about, such as "run 1a2b3c4d"; a block inside adds its own."""
    token = _work.set(f"{_work.get()}, {work}")
    try:
        yield
    finally:
        _work.reset(token)
