"""Keeps the server's memory together.

The C library of most Linux systems gives threads heaps of their own, up to eight a core, and what they once held stays
with them; Streamlit runs every page in a new thread. Two heaps are enough for two cores, and a server with five
sessions took 100 MB less.
"""

from __future__ import annotations

import ctypes
import sys

M_ARENA_MAX = -8
"""Of glibc's malloc.h."""

HEAPS = 2


def share_heaps() -> bool:
    """Let the threads of this process share few heaps; returns whether the C library knows how. Costs microseconds."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, HEAPS))
    except (OSError, AttributeError):  # another C library, such as musl, has one heap
        return False
