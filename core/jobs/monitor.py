"""Progress of a job, written to the ledger as often as people look, and no more often."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

from core.arrays import Float32Array
from core.errors import RegistryError
from core.ledger.lease import Lease, current_lease
from core.models.kind import Monitor, Silent
from core.runs import registry
from core.runs.history import HistoryWriter

WRITE_SECONDS = 1.0
ASK_SECONDS = 2.0

logger = logging.getLogger(__name__)


class JobMonitor:
    """Implements `core.models.kind.Monitor` for a job that this process holds.

    Parameters
    ----------
    lease : Lease
    low, high : float
        The part of the whole job, 0..1, that the watched work takes.
    echo : callable, optional
        Called with (fraction, message) at each report, such as by the command line.
    history : HistoryWriter, optional
        Stores the validation probabilities of the fit's steps.
    """

    def __init__(
        self,
        lease: Lease,
        low: float = 0.0,
        high: float = 1.0,
        echo: Callable[[float, str], None] | None = None,
        history: HistoryWriter | None = None,
    ) -> None:
        self.lease, self._history = lease, history
        self._low, self._high, self.echo = low, high, echo
        self._written = self._asked = 0.0
        self._stop = False

    def report(
        self, fraction: float, message: str, *, step: int | None = None, metrics: Mapping[str, float] | None = None
    ) -> None:
        """Store progress at most once a second, and every step of the curves.

        Raises
        ------
        GivenUpError
            Another process works on the job now, or somebody has cancelled it; the work ends with it.
        """
        whole = self._low + (self._high - self._low) * min(max(fraction, 0.0), 1.0)
        if self.echo:
            self.echo(whole, message)
        now = time.monotonic()
        if not metrics and now - self._written < WRITE_SECONDS:
            return
        self._written = now
        try:
            self.lease.report(fraction=whole, message=message, at=time.time())
            if metrics and step is not None:
                self._log(step, metrics, message)
        except RegistryError as error:
            logger.warning("Progress was not stored: %s", error)

    def _log(self, step: int, metrics: Mapping[str, float], message: str) -> None:
        """Keep one step of the curves; a job that is no run has no place for them."""

    def validated(self, step: int, last: int, scores: Callable[[], Float32Array]) -> None:
        """Store the validation probabilities of a step; a training does not fail where that is not possible."""
        if self._history is None:
            return
        try:
            self._history.keep(step, last, scores)
        except (RegistryError, OSError) as error:
            logger.warning("The validation probabilities of step %d were not stored: %s", step, error)

    def stop_requested(self) -> bool:
        """Return whether somebody asked for the best so far; asks the ledger at most every two seconds."""
        now = time.monotonic()
        if not self._stop and now - self._asked >= ASK_SECONDS:
            self._asked = now
            try:
                job = self.lease.record()
                self._stop = job is not None and job.request == "stop"
            except RegistryError as error:
                logger.warning("Could not ask whether to stop: %s", error)
        return self._stop


class RunMonitor(JobMonitor):
    """The monitor of a training, whose curves are kept with its run."""

    def _log(self, step: int, metrics: Mapping[str, float], message: str) -> None:
        registry.log_curve(self.lease.job_id, step, metrics)
        logger.info("%s %s", message, {name: round(value, 5) for name, value in metrics.items()})


def monitor_of_job(low: float = 0.0, high: float = 1.0) -> Monitor:
    """Return the monitor of the job that this thread works on; a silent one where it works on none."""
    lease = current_lease()
    return JobMonitor(lease, low, high) if lease else Silent()
