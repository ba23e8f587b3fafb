"""Bound how many pictures a server decodes and reads at once: a large one takes some hundred megabytes meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import ImageError

AT_ONCE = 2
SECONDS_TO_WAIT = 30.0

_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def few_at_once() -> Iterator[None]:
    """Wait for a place to read a picture; raises ImageError where none becomes free in half a minute."""
    if not _places.acquire(timeout=SECONDS_TO_WAIT):
        raise ImageError("Other pictures are being read at the moment; try again in a minute.")
    try:
        yield
    finally:
        _places.release()
