"""Trainings on their way: submitted to the cluster, watched, cancelled, and told of when they end."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from core.data.dataset import Dataset
from core.errors import ClusterError, DigitLabError, InputError, RegistryError
from core.jobs.estimate import Estimate, expected_seconds
from core.jobs.executor import Executor
from core.jobs.lease import RENEW_SECONDS, Lease
from core.models.specification import Specification
from core.runs import artifacts, registry
from core.runs.run import Run, State

WATCH_SECONDS = 5.0
TRAINING = "core.jobs.training:train"


@dataclass(frozen=True)
class Place:
    """Where a waiting job stands: `position` from 1, and in how many seconds it is expected to start."""

    position: int
    starts_in: Estimate


class TrainingQueue:
    """One per server: it hands runs to the executor and keeps the leases of those that wait.

    Parameters
    ----------
    executor : Executor
        Where jobs run.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self._waiting: dict[str, Run] = {}
        self._renewed: dict[str, float] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="training-queue", daemon=True)
        self._thread.start()

    def submit(
        self, specification: Specification, dataset: Dataset, *, owner: str, name: str = "", group: str = ""
    ) -> Run:
        """Create the run of a training and queue it; returns at once."""
        specification.checked_parameters()
        run = registry.create(specification, dataset.fingerprint, owner=owner, name=name, group=group)
        threading.Thread(target=self._hand_over, args=(run,), name=f"submit-{run.short_id}", daemon=True).start()
        return run

    def _hand_over(self, run: Run) -> None:
        """Starting the first worker takes a second or two, which the page need not wait for."""
        try:
            with Lease(run.run_id):
                self.executor.submit(run.run_id, TRAINING, run.run_id, owner=run.owner, resource="training")
            with self._lock:
                self._waiting[run.run_id] = run
        except (ClusterError, RegistryError) as error:
            self._end(run.run_id, State.FAILED, str(error))

    def cancel(self, run: Run) -> None:
        """End a waiting or running training now; nothing of it is kept but its log of states."""
        registry.require_writable()
        if not run.state.active:
            raise InputError(f"Run {run.short_id} is {run.state.value}; there is nothing to cancel.")
        registry.enter(run.run_id, State.CANCELLED, reason="Cancelled.")
        self.executor.cancel(run.run_id)
        artifacts.discard(run.run_id)
        registry.enter(run.run_id, State.CANCELLED, reason="Cancelled.")
        self._forget(run.run_id)

    def place(self, run: Run, runs: list[Run]) -> Place | None:
        """Where a queued run stands, or None when it is running or another server's."""
        position = self.executor.position(run.run_id)
        if position is None:
            return None
        ahead = [other for other in runs if other.state is State.RUNNING] + self._before(run, position, runs)
        estimates = [expected_seconds(other, runs) for other in ahead]
        known = [estimate.seconds for estimate in estimates if estimate.seconds is not None]
        total = sum(known) if len(known) == len(estimates) else None
        return Place(position, Estimate(total, min((entry.based_on for entry in estimates), default=0)))

    def _before(self, run: Run, position: int, runs: list[Run]) -> list[Run]:
        queued = [other for other in runs if other.state is State.QUEUED and other.run_id != run.run_id]
        placed = [(self.executor.position(other.run_id) or 0, other) for other in queued]
        return [other for place, other in placed if 0 < place < position]

    def close(self) -> None:
        """Stop watching and give the workers back."""
        self._ended.set()
        self.executor.close()

    def _watch(self) -> None:
        while not self._ended.wait(WATCH_SECONDS):
            with self._lock:
                waiting = list(self._waiting)
            for run_id in waiting:
                try:
                    self._look_after(run_id)
                except DigitLabError:
                    continue

    def _look_after(self, run_id: str) -> None:
        state = self.executor.state(run_id)
        if state in ("waiting", "running"):  # a worker takes the lease over when it has loaded what it needs
            self._renew(run_id)
        elif state in ("lost", "failed"):
            outcome = self.executor.outcome(run_id)
            self._mark_lost(run_id, outcome.reason if outcome else "Its worker is gone.")
        elif state in ("done", "cancelled"):
            self._forget(run_id)

    def _renew(self, run_id: str) -> None:
        now = time.monotonic()
        if now - self._renewed.get(run_id, -RENEW_SECONDS) >= RENEW_SECONDS:
            self._renewed[run_id] = now
            registry.renew_lease(run_id)

    def _forget(self, run_id: str) -> None:
        with self._lock:
            self._waiting.pop(run_id, None)
            self._renewed.pop(run_id, None)

    def _mark_lost(self, run_id: str, reason: str) -> None:
        """A worker that died could not say so itself; a training that failed in its own words already did."""
        if registry.get(run_id).state.active:
            artifacts.discard(run_id)
            self._end(run_id, State.INTERRUPTED, reason)
        self._forget(run_id)

    def _end(self, run_id: str, state: State, reason: str) -> None:
        try:
            registry.enter(run_id, state, reason=reason)
        except RegistryError:
            return
        self._forget(run_id)
