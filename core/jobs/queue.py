"""Trainings on their way: submitted to the cluster, watched, cancelled, and told of when they end."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from core.data.dataset import Dataset
from core.errors import ClusterError, DigitLabError, InputError, RegistryError
from core.jobs.cluster.executor import Executor
from core.jobs.estimate import Estimate, expected_seconds
from core.jobs.lease import RENEW_SECONDS, Lease
from core.models.specification import Specification
from core.runs import artifacts, registry
from core.runs.run import Run, State

WATCH_SECONDS = 5.0
LINE_SECONDS = 1.0
ESTIMATE_SECONDS = 3.0
MOST_ESTIMATES = 500
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
        self._line: tuple[float, list[str]] = (-LINE_SECONDS, [])
        self._estimates: dict[str, tuple[float, Estimate | None]] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="training-queue", daemon=True)
        self._thread.start()

    def submit(
        self, specification: Specification, dataset: Dataset, *, owner: str, name: str = "", group: str = ""
    ) -> Run:
        """Create the run of a training and queue it; returns at once."""
        specification.checked_parameters()
        specification.check_training_set(dataset.train.labels)
        run = registry.create(specification, dataset.fingerprint, owner=owner, name=name, group=group)
        threading.Thread(target=self._hand_over, args=(run,), name=f"submit-{run.short_id}", daemon=True).start()
        return run

    def _hand_over(self, run: Run) -> None:
        """Submit in the background, as starting the first worker takes a second or two."""
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
        """Return where a queued run stands, or None when it is running or another server's."""
        line = self._in_line()
        if run.run_id not in line:
            return None
        position, known = line.index(run.run_id) + 1, {other.run_id: other for other in runs}
        ahead = [other for other in runs if other.state is State.RUNNING]
        ahead += [known[run_id] for run_id in line[: position - 1] if run_id in known]
        estimates = [self._expected(other, runs) for other in ahead]
        seconds = [estimate.seconds for estimate in estimates if estimate.seconds is not None]
        total = sum(seconds) if len(seconds) == len(estimates) else None
        return Place(position, Estimate(total, min((entry.based_on for entry in estimates), default=0)))

    def _in_line(self) -> list[str]:
        """Return the ids of the waiting runs in order; the scheduler is asked once a second."""
        with self._lock:
            asked, line = self._line
        if time.monotonic() - asked >= LINE_SECONDS:
            line = self.executor.waiting()
            with self._lock:
                self._line = (time.monotonic(), line)
        return line

    def _expected(self, run: Run, runs: list[Run]) -> Estimate:
        """Return what is left of a run; kept for a moment, as every run that waits behind it asks for it."""
        with self._lock:
            asked, estimate = self._estimates.get(run.run_id, (-ESTIMATE_SECONDS, None))
        if estimate is not None and time.monotonic() - asked < ESTIMATE_SECONDS:
            return estimate
        found = expected_seconds(run, runs)
        with self._lock:
            if len(self._estimates) > MOST_ESTIMATES:
                self._estimates.clear()
            self._estimates[run.run_id] = (time.monotonic(), found)
        return found

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
            self._mark_lost(run_id, outcome.reason if outcome else "Its worker has ended.")
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
        """Record the end of a worker that died and could not do so itself."""
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
