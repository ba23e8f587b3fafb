"""The sign of life of a job: a promise in the registry, renewed while its process works."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

from core.errors import RegistryError
from core.runs import registry

RENEW_SECONDS = 12.0

logger = logging.getLogger(__name__)


class Lease:
    """Renews a run's lease in a thread for as long as the `with` block lasts."""

    def __init__(self, run_id: str, *, every: float = RENEW_SECONDS) -> None:
        self.run_id = run_id
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew, name=f"lease-{run_id[:8]}", daemon=True)

    def __enter__(self) -> Self:
        registry.renew_lease(self.run_id)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(timeout=30)

    def _renew(self) -> None:
        while not self._ended.wait(self._every):
            try:
                registry.renew_lease(self.run_id)
            except RegistryError as error:
                logger.warning("The lease of run %s could not be renewed: %s", self.run_id[:8], error)
