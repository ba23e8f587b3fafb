"""Keeps the server's memory together.

The C library of most Linux systems gives threads heaps of their own, up to eight a core, and what they once held stays
with them; Streamlit runs every page in a new thread. Two heaps are enough for two cores, and a server with five
sessions took 100 MB less. What has been freed stays with a heap too, until it is asked for: loading the shipped forest
left 170 MB so, and a few moves of a slider that fits a PCA 100 MB.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
from pathlib import Path

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Of glibc's malloc.h."""

HEAPS = 2
OWN_PAGES_BYTES = 1_000_000
"""Larger pieces lie outside the heaps, and go back to the system as soon as they are freed."""

LOOK_SECONDS = 3.0
GROWN_BYTES = 8_000_000
"""Growth of the process after which garbage is collected, and what has been freed is given back."""

RESIDENT = 1
"""Place of the resident set, in pages, in `/proc/self/statm` (proc(5))."""


def share_heaps() -> bool:
    """Let the threads of this process share few heaps; returns whether the C library knows how. Costs microseconds."""
    return _ask("mallopt", M_ARENA_MAX, HEAPS) and _ask("mallopt", M_MMAP_THRESHOLD, OWN_PAGES_BYTES)


def give_back() -> bool:
    """Return to the system what has been freed; whether there was any. Costs milliseconds."""
    return _ask("malloc_trim", 0)


def keep_giving_back() -> threading.Event:
    """Collect garbage and give back in the background, whenever the process has grown, until the event is set."""
    ended = threading.Event()
    threading.Thread(target=_give_back_when_grown, args=(ended,), name="heap", daemon=True).start()
    return ended


def _give_back_when_grown(ended: threading.Event) -> None:
    least = 0
    while (held := resident_bytes()) and not ended.wait(LOOK_SECONDS):
        if held > least + GROWN_BYTES:
            gc.collect()
            give_back()
            least = resident_bytes()
        least = min(least, held)


def resident_bytes() -> int:
    """Return what this process holds in memory; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[RESIDENT]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _ask(function: str, *arguments: int) -> bool:
    """Call a function of the C library that says whether it did something; False where there is no such function."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(getattr(ctypes.CDLL("libc.so.6"), function)(*arguments))
    except (OSError, AttributeError):  # another C library, such as musl, has one heap
        return False
