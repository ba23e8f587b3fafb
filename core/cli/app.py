"""The commands, put together; and the one place that turns an error into a sentence and an exit code."""

from __future__ import annotations

import errno
import logging
import os
import sys

import typer

from core import interrupts, logs
from core.cli import (
    benchmark,
    compare,
    data,
    doctor,
    ensemble,
    evaluate,
    predict,
    report,
    runs,
    scheduler,
    ship,
    train,
    tune,
    worker,
)
from core.errors import DigitLabError, WorkError
from core.settings import settings

app = typer.Typer(
    name="python -m core",
    help="Digit Lab: train, evaluate and compare models of handwritten digits on the command line.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

data.register(app)
train.register(app)
tune.register(app)
runs.register(app)
evaluate.register(app)
compare.register(app)
ensemble.register(app)
report.register(app)
predict.register(app)
ship.register(app)
benchmark.register(app)
scheduler.register(app)
worker.register(app)
doctor.register(app)


def main() -> None:
    """Run a command; what Digit Lab refuses or fails at is one sentence on stderr and exit code 2 or 1.

    Ctrl-C is a sentence too, and exit code 130.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logs.configure(logging.WARNING)
    try:
        app()
    except DigitLabError as error:
        print(f"digit-lab: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except OSError as error:  # a path that cannot be, a disk that is full behind `>`: the machine's, and no bug
        print(f"digit-lab: {_words_of_os(error)}", file=sys.stderr)
        raise SystemExit(WorkError.exit_code) from None
    except SystemExit as ended:  # Typer makes one of Ctrl-C
        if ended.code == interrupts.EXIT_CODE:
            print(f"digit-lab: {_words_of(ended)}", file=sys.stderr)
        raise


def _words_of_os(error: OSError) -> str:
    """Return what the operating system refused, and where; without a file it is the output, or a file being written."""
    if error.errno == errno.ENOSPC:
        return f"A disk is full: that of {settings().home}, or where the output goes; free some space."
    place = str(error.filename)[:200] if error.filename else "the output, or a connection,"
    return f"{place} cannot be used: {error.strerror or error}."


def _words_of(ended: SystemExit) -> str:
    """Return what a command that was interrupted says of it."""
    cause = ended.__context__.__cause__ if ended.__context__ else None
    return str(cause or "") or "stopped."
