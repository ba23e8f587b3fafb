"""Bound how many do something at once that takes some hundred megabytes in this process, or beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import InputError


class AtOnce:
    """A number of places, for one kind of work.

    Parameters
    ----------
    most : int
        Places that there are.
    told : str
        What somebody is told for whom none has become free in time.
    error : type
        What is raised then.
    seconds : float
        How long somebody waits for one.
    """

    def __init__(self, most: int, told: str, *, error: type[InputError] = InputError, seconds: float = 30.0) -> None:
        self.seconds = seconds
        self._told, self._error = told, error
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place, and keep it for the length of the block; raises InputError where none becomes free."""
        if not self._places.acquire(timeout=self.seconds):
            raise self._error(self._told)
        try:
            yield
        finally:
            self._places.release()
