"""Progress of a fit, written to the registry as often as people look, and no more often."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

from core.errors import RegistryError
from core.runs import registry

WRITE_SECONDS = 1.0
ASK_SECONDS = 2.0

logger = logging.getLogger(__name__)


class RunMonitor:
    """Implements `core.models.kind.Monitor` for a run in the registry.

    Parameters
    ----------
    run_id : str
    low, high : float
        The part of the whole job, 0..1, that the watched fit takes.
    echo : callable, optional
        Called with (fraction, message) at each report, such as by the command line.
    """

    def __init__(
        self, run_id: str, low: float = 0.0, high: float = 1.0, echo: Callable[[float, str], None] | None = None
    ) -> None:
        self.run_id = run_id
        self._low, self._high, self.echo = low, high, echo
        self._written = self._asked = 0.0
        self._stop = False

    def report(
        self, fraction: float, message: str, *, step: int | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        """Store progress at most once a second, and every step of the curves."""
        whole = self._low + (self._high - self._low) * min(max(fraction, 0.0), 1.0)
        if self.echo:
            self.echo(whole, message)
        now = time.monotonic()
        if not metrics and now - self._written < WRITE_SECONDS:
            return
        self._written = now
        try:
            registry.report_progress(self.run_id, whole, message)
            if metrics and step is not None:
                registry.log_curve(self.run_id, step, metrics)
                logger.info("%s %s", message, {name: round(value, 5) for name, value in metrics.items()})
        except RegistryError as error:
            logger.warning("Progress was not stored: %s", error)

    def stop_requested(self) -> bool:
        """Return whether somebody asked for the best so far; asks the registry at most every two seconds."""
        now = time.monotonic()
        if not self._stop and now - self._asked >= ASK_SECONDS:
            self._asked = now
            try:
                self._stop = registry.stop_requested(self.run_id)
            except RegistryError as error:
                logger.warning("Could not ask whether to stop: %s", error)
        return self._stop
