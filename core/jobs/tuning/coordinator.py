"""The coordinator of a search: it alone asks Optuna for trials and tells their scores; workers only evaluate.

Every decision is in the study before anything is done about it, so that after a `kill -9` another process goes on:
trials that were running are queued again under their own number, and finished ones are never touched.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import ClusterError
from core.jobs.cluster.executor import Executor
from core.jobs.tuning import board, studies
from core.jobs.tuning.lease import Coordination
from core.jobs.tuning.storage import studies_lock, study_errors
from core.jobs.tuning.strategy import pruner_of
from core.jobs.tuning.trials import RECORD, Trials

if TYPE_CHECKING:
    import optuna

TRIAL = "core.jobs.tuning.trial:run_trial"
TICK_SECONDS = 0.1
ASK_SECONDS = 1.0
RENEW_SECONDS = 5.0
MOST_ATTEMPTS = 3
ATTEMPTS = "attempts"
WORKERS_DIED = "Its worker died {count} times; it may need more memory than is available."

logger = logging.getLogger(__name__)


@dataclass
class Running:
    """A trial that a worker has been given; the scores of the steps in `stored` are known from an earlier attempt."""

    trial: optuna.Trial
    values: dict[str, Any]
    job_id: str
    stored: frozenset[int] = frozenset()
    heard: int = 0


class Coordinator:
    """Runs one search until it ends, is paused or cancelled.

    Parameters
    ----------
    name : str
        Of a study that `studies.create` has made.
    executor : Executor
        Where trials run, one thread each.
    told : callable, optional
        Called when a trial has ended, with the number of ended trials and the budget of trials (or None).
    """

    def __init__(self, name: str, executor: Executor, told: Callable[[int, int | None], None] | None = None) -> None:
        self.name = name
        self._executor = executor
        self._study = studies.load(name)
        self._search = studies.search_of(self._study)
        self.trials = Trials(self._study, self._search, told or (lambda ended, budget: None))
        self._study.pruner = pruner_of(self._search)
        self._running: dict[int, Running] = {}
        self._refused = ""
        self._looked = self._renewed = 0.0
        self._slots = 1
        self._wish = "run"
        self._halt = threading.Event()

    def run(self) -> str:
        """Work until nothing is left to do; returns the state that the search came to.

        Raises
        ------
        StudyError
            Another process coordinates this search.
        RegistryError
            The studies' database went away; the search goes on when somebody resumes it.
        """
        with study_errors(), Coordination(self._study, studies_lock()) as right:
            studies.write(self._study, **{studies.STATE: "running", studies.REASON: ""})
            try:
                self._wish = self._study.user_attrs[studies.WISH]
                self._take_up()
                self._work(right)
            except ClusterError as error:
                return self._end("failed", str(error))
            return self._conclude() if right.mine else "lost"

    @property
    def owner(self) -> str:
        """Who asked for the search."""
        return self._search.owner

    def halt(self) -> None:
        """Leave the search as it is, for another process to go on with."""
        self._halt.set()

    @property
    def _stopping(self) -> str:
        """Why no more trials are asked for: a worker refused the search as such, or all fail; empty while they are."""
        return self._refused or self.trials.hopeless

    def _work(self, right: Coordination) -> None:
        while not self._halt.is_set():
            self._look_around(right)
            if self._wish == "cancel":
                self._cancel_running()
            for running in list(self._running.values()):
                self._listen(running)
                self._collect(running)
            self._fill()
            if not self._running:
                return
            self._halt.wait(TICK_SECONDS)

    def _look_around(self, right: Coordination) -> None:
        """Renew the lease, count the time, read requests and count the workers, now and then."""
        now = time.monotonic()
        if now - self._looked >= ASK_SECONDS:
            self._looked = now
            self._wish = self._study.user_attrs[studies.WISH]
            rows = self._executor.cluster_table()
            self._slots = max(1, sum(row.resource == "trial" for row in rows))
        if now - self._renewed >= RENEW_SECONDS:
            if not right.mine:
                self.halt()
                return
            right.renew()
            self._count(now)

    def _count(self, now: float) -> None:
        if self._renewed:
            self.trials.count(now - self._renewed)
        self._renewed = now

    def _take_up(self) -> None:
        """Queue again what ran when the last coordinator died; what had only to be told is told."""
        import optuna

        running = (optuna.trial.TrialState.RUNNING,)
        for frozen in self._study.get_trials(deepcopy=False, states=running):
            record = frozen.user_attrs.get(RECORD)
            if record:
                self.trials.tell(frozen.number, record)
            elif self._wish != "cancel":
                self._again(self.trials.numbered(frozen.number, frozen._trial_id))

    def _fill(self) -> None:
        """Ask for as many trials as there are free workers and budget."""
        while self._wish == "run" and not self._stopping and len(self._running) < self._slots:
            since = time.monotonic() - self._renewed if self._renewed else 0.0
            if not self.trials.affordable(since):
                return
            trial = self.trials.next()
            twin = self.trials.twin(trial.params)
            if twin is None:
                self._submit(trial)
            else:
                self.trials.end(trial, twin)

    def _submit(self, trial: optuna.Trial) -> None:
        job_id = f"trial-{uuid.uuid4().hex[:12]}-{trial.number}"
        steps = self.trials.all()[trial.number].intermediate_values
        running = Running(trial, dict(trial.params), job_id, frozenset(steps))
        self._running[trial.number] = running
        self._executor.submit(
            job_id, TRIAL, job_id, self._search.model_dump_json(), running.values,
            owner=self._search.owner or self.name, resource="trial", title=f"trial {trial.number} of {self.name}",
        )  # fmt: skip

    def _again(self, trial: optuna.Trial) -> None:
        attempts = int(trial.user_attrs.get(ATTEMPTS, 1)) + 1
        if attempts > MOST_ATTEMPTS:
            self.trials.tell(trial.number, {"failed": WORKERS_DIED.format(count=MOST_ATTEMPTS)})
            return
        trial.set_user_attr(ATTEMPTS, attempts)
        self._submit(trial)

    def _listen(self, running: Running) -> None:
        """Store a trial's new intermediate scores, and answer whether it goes on."""
        scores = board.posted(self._executor, running.job_id)
        for step, score in scores[running.heard :]:
            running.heard += 1
            if step not in running.stored:
                running.trial.report(score, step)
            if self._search.pruner != "none":
                poor = running.trial.should_prune() and step < self._search.resource
                board.answer(self._executor, running.job_id, step, not poor)

    def _collect(self, running: Running) -> None:
        outcome = self._executor.outcome(running.job_id)
        if outcome is None:
            return
        self._listen(running)
        del self._running[running.trial.number]
        board.wipe(self._executor, running.job_id)
        self._executor.forget(running.job_id)
        if outcome.state == "lost" and self._wish != "cancel":
            self._again(running.trial)
        elif outcome.state == "done" and "refused" in outcome.value:
            self._refused = outcome.value["refused"]
        else:
            record = outcome.value if outcome.state == "done" else {"failed": outcome.reason}
            self.trials.end(running.trial, record)

    def _cancel_running(self) -> None:
        for number, running in list(self._running.items()):
            self._executor.cancel(running.job_id)
            self._executor.forget(running.job_id)
            self.trials.end(running.trial, {"failed": "Cancelled."})
            del self._running[number]

    def _conclude(self) -> str:
        if self._halt.is_set():
            return "interrupted"
        if self._wish == "cancel":
            return self._end("cancelled", "Cancelled.")
        if self._stopping:
            return self._end("failed", self._stopping)
        if self._wish == "pause":
            return self._end("paused", "") if self._study.user_attrs[studies.WISH] == "pause" else "running"
        return self._end("finished", "")

    def _end(self, state: str, reason: str) -> str:
        self._count(time.monotonic())
        studies.write(self._study, **{studies.STATE: state, studies.REASON: reason})
        logger.info("A search is %s.", state)
        return state
