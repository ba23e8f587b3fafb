"""Trainings on their way: submitted to the cluster, stopped, cancelled, and taken up after the death of a server."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.data.dataset import Dataset
from core.errors import DigitLabError, InputError, RegistryError, TrainingError
from core.jobs.cluster.executor import Executor
from core.jobs.estimate import Estimate, expected_seconds
from core.jobs.recovery import recover
from core.jobs.settling import settle
from core.ledger.current import ledger
from core.ledger.limits import require_room
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import Actor, require
from core.runs import registry
from core.runs.continuing import require_resumable
from core.runs.run import Run
from core.settings import settings

RECOVER_SECONDS = 5.0
LINE_SECONDS = 1.0
PATIENCE_SECONDS = 180.0
ESTIMATE_SECONDS = 3.0
MOST_ESTIMATES = 500
TRAINING = "core.jobs.training:train"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueuePosition:
    """Where a waiting job stands: `position` from 1, and in how many seconds it is expected to start."""

    position: int
    starts_in: Estimate


class TrainingQueue:
    """One per server: it hands trainings to the executor, and takes up those that a server which died has left.

    Parameters
    ----------
    executor : Executor
        Where jobs run.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self._line: tuple[float, list[str]] = (-LINE_SECONDS, [])
        self._estimates: dict[str, tuple[float, Estimate | None]] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        if not settings().readonly:
            threading.Thread(target=self._take_up, name="training-queue", daemon=True).start()

    def submit(
        self, specification: Specification, dataset: Dataset, *, actor: Actor, name: str = "", group: str = ""
    ) -> Run:
        """Create the run of a training and queue it; returns at once."""
        require(actor, "train")
        require_room("training", actor.name)
        specification.checked_parameters()
        specification.check_training_set(dataset.train.labels)
        run = registry.create(specification, dataset.fingerprint, owner=actor.name, name=name, group=group)
        self._enter(run)
        return run

    def resume(self, run: Run, actor: Actor) -> Run:
        """Queue an interrupted training again, which goes on from its last epoch; returns at once.

        Raises
        ------
        InputError
            No epoch of it is kept on this machine.
        """
        require(actor, "resume", run.owner, what=run.name)
        require_room("training", actor.name)
        require_resumable(run)
        registry.enter_again(run.run_id)
        self._enter(run)
        return registry.get(run.run_id)

    def _enter(self, run: Run) -> None:
        try:
            self.executor.enter(run.run_id, "training", owner=run.owner, resource="training", title="", retries=1)
        except RegistryError as error:
            registry.enter(run.run_id, State.FAILED, reason=str(error))
            raise
        threading.Thread(target=self._send, args=(run.run_id,), name=f"submit-{run.short_id}", daemon=True).start()

    def _send(self, run_id: str) -> None:
        """Hand a training to the workers in the background, as starting the first one takes a second or two."""
        if not self.executor.try_to_send(run_id, TRAINING, run_id):
            settle(run_id)

    def wait(self, run: Run, echo: Callable[[float, str], None]) -> Run:
        """Wait until a submitted training has ended, telling its progress; returns it as it ended.

        Raises
        ------
        TrainingError
            It did not finish; its reason is the message.
        RegistryError
            The registry has not answered for minutes.
        """
        heard = time.monotonic()
        while run.state.active:
            self._ended.wait(LINE_SECONDS)
            try:
                run, heard = registry.get(run.run_id), time.monotonic()
            except RegistryError:  # a busy server; the training goes on meanwhile
                if time.monotonic() - heard > PATIENCE_SECONDS:
                    raise
            if run.progress is not None:
                echo(run.progress.fraction, run.progress.message)
        if not run.finished:
            raise TrainingError(run.reason or f"The training was {run.state.value}.")
        return run

    def cancel(self, run: Run, actor: Actor) -> None:
        """End a waiting or running training now; nothing of it is kept but its log of states."""
        require(actor, "cancel", run.owner, what=run.name)
        if ledger().end(run.run_id, State.CANCELLED, "Cancelled."):
            self.executor.kill(run.run_id)
            settle(run.run_id)
            return
        state = registry.get(run.run_id).state
        if not state.active or ledger().record(run.run_id):
            raise InputError(f"Run {run.short_id} is {state.value}; there is nothing to cancel.")
        registry.enter(run.run_id, State.CANCELLED, reason="Cancelled.")  # its job was in a ledger that is not here

    def stop(self, run: Run, actor: Actor) -> None:
        """Ask a running fit to end with the best it has; it is then judged like any other."""
        require(actor, "stop", run.owner, what=run.name)
        ledger().request(run.run_id, "stop")

    def place(self, run: Run, runs: list[Run]) -> QueuePosition | None:
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
        return QueuePosition(position, Estimate(total, min((entry.based_on for entry in estimates), default=0)))

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
        """Stop recovering and give the workers back."""
        self._ended.set()
        self.executor.close()

    def _take_up(self) -> None:
        while not self._ended.wait(RECOVER_SECONDS):
            try:
                recover()
                for job in ledger().adopt("training"):
                    self._send(job.id)
            except DigitLabError as error:
                logger.warning("Jobs could not be recovered: %s", error)
