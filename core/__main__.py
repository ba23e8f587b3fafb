"""Runs the command line: `python -m core`."""

import sys


def run() -> None:
    """Load and run a command; Ctrl-C says one sentence, even while the libraries are still being loaded."""
    try:
        from core.cli.app import main

        main()
    except KeyboardInterrupt:
        print("digit-lab: stopped.", file=sys.stderr)
        raise SystemExit(130) from None


if __name__ == "__main__":
    run()
