"""Ctrl-C on the command line: the end at once while a command loads; later KeyboardInterrupt, but never in an import.

A KeyboardInterrupt that is raised inside an import does not always come out of it: pydantic's core makes a SchemaError
of it, NumPy's an ImportError, a bare `except` nothing at all, and the library stays half loaded. This module is the
first one that the command line loads, so it imports only what Python has loaded by then.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from types import FrameType

EXIT_CODE = 130
"""Of what Ctrl-C ended, as shells have it: 128 and the number of the signal."""

STOPPED = "digit-lab: stopped."
IMPORT_SYSTEM = "<frozen importlib._bootstrap>"
AGAIN_SECONDS = 0.05

raised = False
"""Whether a KeyboardInterrupt was raised, so that an unexpected error after it is taken for one."""


def end_while_loading() -> None:
    """Let Ctrl-C end the process at once: nothing has begun yet. A process that ignores Ctrl-C goes on ignoring it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_from_now_on() -> None:
    """Let Ctrl-C raise KeyboardInterrupt in the main thread, after the import that it may come in."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, _raise)
    sys.unraisablehook = raise_later


def ignore_from_now_on() -> None:
    """Ignore Ctrl-C: what was asked for is done, or has been told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def end(words: str = "") -> None:
    """End the process, without Python's own ending: it waits for threads, and may fail after a cut-off import."""
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    if words:
        os.write(2, f"{words}\n".encode())
    os._exit(EXIT_CODE)


def raise_later(lost: UnraisableHookArgs) -> None:
    """Press Ctrl-C again where it came while an object was cleaned up, in which Python loses what is raised."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        _press_again()
    else:
        sys.__unraisablehook__(lost)


def _end(number: int, frame: FrameType | None) -> None:
    os.write(2, f"{STOPPED}\n".encode())
    os._exit(EXIT_CODE)


def _raise(number: int, frame: FrameType | None) -> None:
    if _importing(frame):
        _press_again()
        return
    global raised
    raised = True
    raise KeyboardInterrupt


def _importing(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code.co_filename != IMPORT_SYSTEM:
        frame = frame.f_back
    return frame is not None


def _press_again() -> None:
    """Send the signal again in a moment, from a thread of the plainest kind: this one may be starting another."""
    _thread.start_new_thread(_press, (_thread.get_ident(),))


def _press(thread: int) -> None:
    time.sleep(AGAIN_SECONDS)
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(thread, signal.SIGINT)  # it may wait for something by now
    else:
        signal.raise_signal(signal.SIGINT)
