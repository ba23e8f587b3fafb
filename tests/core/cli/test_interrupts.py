"""Ctrl-C in a moment in which Python loses it."""

from __future__ import annotations

import signal
import sys
import threading

import pytest

from core.cli import app


class PressedWhileCleaning:
    """Something whose end takes a while, in which somebody presses Ctrl-C."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_while_an_object_is_cleaned_up_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", app.interrupt_later)
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - it comes later
        something = PressedWhileCleaning()
        del something
        threading.Event().wait(30)
