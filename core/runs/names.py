"""Names that people give, as they are kept: one printable line, neither too long nor turned around."""

from __future__ import annotations

import unicodedata

from core.errors import InputError

MAX_NAME = 120


def clean_name(name: str) -> str:
    """Make a name one printable line of at most 120 characters, without marks that hide or turn text around."""
    return _one_line(name)[:MAX_NAME]


def checked_name(name: str) -> str:
    """Make what somebody typed one printable line; raises InputError where it is longer than 120 characters."""
    line = _one_line(name)
    if len(line) > MAX_NAME:
        raise InputError(f"A name has at most {MAX_NAME} characters; got {len(line):,}.")
    return line


def printable_text(text: str) -> str:
    """Return text of several lines without marks that hide or turn text around."""
    return "".join(mark if mark.isprintable() or mark in "\n\t" else " " for mark in text)


def _one_line(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(mark if mark.isprintable() else " " for mark in composed).split())
