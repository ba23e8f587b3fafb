"""Runs the command line: `python -m core`."""

import os
import signal
import sys

INTERRUPTED = 130


def run() -> None:
    """Load and run a command; Ctrl-C is one sentence and exit code 130, even while libraries are being loaded."""
    try:
        from core.cli.app import main

        main()
    except KeyboardInterrupt:
        print("digit-lab: stopped.", file=sys.stderr)
        _end_now()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            _end_now()
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what was asked for is done, or is told already


def _end_now() -> None:
    """End without Python's own ending: it waits for threads, and dies of the signal where an import was cut short."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    run()
