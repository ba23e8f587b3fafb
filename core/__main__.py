"""Runs the command line: `python -m core`."""

from core import interrupts


def run() -> None:
    """Load and run a command; Ctrl-C is one sentence and exit code 130, whatever moment it comes in."""
    interrupts.end_while_loading()
    from core.cli.app import main

    try:
        interrupts.raise_from_now_on()
        try:
            main()
        finally:
            interrupts.ignore_from_now_on()
    except KeyboardInterrupt:
        interrupts.end(interrupts.STOPPED)
    except SystemExit as ended:
        if ended.code == interrupts.EXIT_CODE:
            interrupts.end()
        raise
    except Exception:
        if interrupts.raised:  # a library has made another error of it
            interrupts.end(interrupts.STOPPED)
        raise


if __name__ == "__main__":
    run()
