"""Keeps the server's memory together.

The C library of most Linux systems gives threads heaps of their own, up to eight a core, and what they once held stays
with them; Streamlit runs every page in a new thread. Two heaps are enough for two cores, and a server with five
sessions took 100 MB less. What has been freed stays with a heap too, until it is asked for: loading the shipped forest
left 170 MB so.
"""

from __future__ import annotations

import ctypes
import sys

M_ARENA_MAX = -8
"""Of glibc's malloc.h."""

HEAPS = 2


def share_heaps() -> bool:
    """Let the threads of this process share few heaps; returns whether the C library knows how. Costs microseconds."""
    return _ask("mallopt", M_ARENA_MAX, HEAPS)


def give_back() -> bool:
    """Return to the system what has been freed; whether there was any. Costs milliseconds."""
    return _ask("malloc_trim", 0)


def _ask(function: str, *arguments: int) -> bool:
    """Call a function of the C library that says whether it did something; False where there is no such function."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(getattr(ctypes.CDLL("libc.so.6"), function)(*arguments))
    except (OSError, AttributeError):  # another C library, such as musl, has one heap
        return False
