"""The coordinator of a search: it alone asks Optuna for trials and tells their scores; workers only evaluate.

Every decision is in the study before anything is done about it, so that after a `kill -9` another process goes on:
trials that were running are queued again under their own number, and finished ones are never touched.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import ClusterError, GivenUpError, StudyError
from core.jobs.cluster.executor import Executor
from core.jobs.tuning import search_actions, trial_reporter
from core.jobs.tuning.ask_and_tell import RECORD, Trials
from core.jobs.tuning.storage import study_errors
from core.jobs.tuning.strategy import pruner_of
from core.ledger.current import ledger
from core.ledger.lease import Lease, working_under
from core.ledger.states import State

if TYPE_CHECKING:
    import optuna

TRIAL = "core.jobs.tuning.trial_evaluation:run_trial"
TICK_SECONDS = 0.1
ASK_SECONDS = 1.0
COUNT_SECONDS = 5.0
WORKER_DIED = "Its worker died twice; it may need more memory than is available."

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
        Of a study that `search_actions.create` has made.
    executor : Executor
        Where trials run, one thread each.
    told : callable, optional
        Called when a trial has ended, with the number of ended trials and the budget of trials (or None).
    """

    def __init__(self, name: str, executor: Executor, told: Callable[[int, int | None], None] | None = None) -> None:
        self.name = name
        self._executor = executor
        self._study = search_actions.load(name)
        self._search = search_actions.search_of(self._study)
        self.trials = Trials(self._study, self._search, told or (lambda ended, budget: None))
        self._study.pruner = pruner_of(self._search)
        self._running: dict[int, Running] = {}
        self._refused = ""
        self._looked = self._counted = 0.0
        self._slots = 1
        self._request = ""
        self._halt = threading.Event()

    def run(self) -> str:
        """Work until nothing is left to do; returns the state that the search came to.

        Raises
        ------
        StudyError
            Another process coordinates this search, or it is not queued.
        GivenUpError
            Another process has taken the search up meanwhile.
        RegistryError
            A database went away; the search goes on when a server takes it up.
        """
        lease = self._start()
        with study_errors(), working_under(lease):
            try:
                self._look_around(lease)
                self._take_up()
                self._work(lease)
                return self._conclude(lease)
            except ClusterError as error:
                return self._end(lease, State.FAILED, str(error))
            except KeyboardInterrupt:
                self._let_go()
                self._end(lease, State.PAUSED)
                raise
            except BaseException:
                lease.release()
                raise

    def _start(self) -> Lease:
        jobs, job_id = ledger(), search_actions.job_of(self.name)
        jobs.recover()
        lease = jobs.start(job_id)
        if lease is None:
            job = jobs.record(job_id)
            where = f" on {job.process.host} (process {job.process.pid})" if job and job.state is State.RUNNING else ""
            raise StudyError(f"The search `{self.name}` is {job.state if job else 'not queued'}{where}.")
        return lease

    def halt(self) -> None:
        """Leave the search as it is, for another process to go on with."""
        self._halt.set()

    @property
    def _stopping(self) -> str:
        """Why no more trials are asked for: a worker refused the search as such, or all fail; empty while they are."""
        return self._refused or self.trials.hopeless

    def _work(self, lease: Lease) -> None:
        while not self._halt.is_set():
            self._look_around(lease)
            if self._request == "cancel":
                self._cancel_running()
            at_work = list(self._running.values())
            scores = trial_reporter.reported([running.job_id for running in at_work])
            for running in at_work:
                self._listen(running, scores.get(running.job_id, []))
                self._collect(running)
            self._fill()
            if not self._running:
                return
            self._halt.wait(TICK_SECONDS)

    def _look_around(self, lease: Lease) -> None:
        """Now and then: see whether the search is still this process's, what people ask, how many workers there are."""
        now = time.monotonic()
        if now - self._looked >= ASK_SECONDS:
            self._looked = now
            lease.check()
            job = lease.record()
            self._request = job.request if job else ""
            rows = self._executor.cluster_table()
            self._slots = max(1, sum(row.resource == "trial" for row in rows))
        if now - self._counted >= COUNT_SECONDS:
            self._count(now)

    def _count(self, now: float) -> None:
        if self._counted:
            self.trials.count(now - self._counted)
        self._counted = now

    def _take_up(self) -> None:
        """Queue again what ran when the last coordinator died; what had only to be told is told."""
        import optuna

        running = (optuna.trial.TrialState.RUNNING,)
        for frozen in self._study.get_trials(deepcopy=False, states=running):
            record = frozen.user_attrs.get(RECORD)
            if record:
                self.trials.tell(frozen.number, record)
            elif self._request != "cancel":
                self._again(self.trials.numbered(frozen.number, frozen._trial_id))

    def _fill(self) -> None:
        """Ask for as many trials as there are free workers and budget."""
        while not self._request and not self._stopping and len(self._running) < self._slots:
            since = time.monotonic() - self._counted if self._counted else 0.0
            if not self.trials.affordable(since):
                return
            trial = self.trials.next()
            twin = self.trials.twin(trial.params)
            if twin is None:
                self._submit(trial)
            else:
                self.trials.end(trial, twin)

    def _submit(self, trial: optuna.Trial) -> None:
        running = self._remember(trial)
        self._executor.submit(
            running.job_id, TRIAL, self._search.model_dump_json(), running.values, kind="trial", retries=1,
            owner=self._search.owner or self.name, resource="trial", title=f"trial {trial.number} of {self.name}",
        )  # fmt: skip

    def _remember(self, trial: optuna.Trial) -> Running:
        steps = self.trials.all()[trial.number].intermediate_values
        running = Running(trial, dict(trial.params), f"trial-{trial.number}-of-{self.name}", frozenset(steps))
        self._running[trial.number] = running
        return running

    def _again(self, trial: optuna.Trial) -> None:
        """Send a trial again that another coordinator had sent, unless its worker has died twice."""
        jobs, running = ledger(), self._remember(trial)
        job = jobs.record(running.job_id)
        if job is not None and job.state is State.RUNNING:  # its outcome has no way to this process
            jobs.give_up(job, for_good=True)
            job = jobs.record(running.job_id)
        if job is not None and job.state is State.QUEUED and (job.holder == jobs.holder or jobs.take(job.id)):
            self._executor.send(running.job_id, TRIAL, self._search.model_dump_json(), running.values)
        elif job is not None and job.state is State.INTERRUPTED:
            self._finish(running, {"failed": WORKER_DIED})
        else:
            self._submit(trial)

    def _listen(self, running: Running, scores: Sequence[tuple[int, float]]) -> None:
        """Store a trial's new intermediate scores, and answer whether it goes on."""
        for step, score in scores[running.heard :]:
            running.heard += 1
            if step not in running.stored:
                running.trial.report(score, step)
            if self._search.pruner != "none":
                poor = running.trial.should_prune() and step < self._search.resource
                trial_reporter.answer(running.job_id, step, not poor)

    def _collect(self, running: Running) -> None:
        outcome = self._executor.outcome(running.job_id)
        if outcome is None:
            return
        self._listen(running, trial_reporter.reported([running.job_id]).get(running.job_id, []))
        if outcome.state is State.FINISHED and "refused" in outcome.value:
            self._refused = outcome.value["refused"]
            self._finish(running, None)
        elif outcome.state is State.FINISHED:
            self._finish(running, outcome.value)
        else:
            self._finish(running, {"failed": WORKER_DIED if outcome.state is State.INTERRUPTED else outcome.reason})

    def _finish(self, running: Running, record: dict[str, Any] | None) -> None:
        """Forget a trial's job, and tell the study what became of it; without a record it is to run again."""
        del self._running[running.trial.number]
        self._executor.forget(running.job_id)
        job = ledger().record(running.job_id)
        ledger().remove(running.job_id)
        if record is not None:
            happened = {"job": job.reason} if job and job.reason else {}
            self.trials.end(running.trial, record | happened)

    def _let_go(self) -> None:
        """Take the jobs of running trials back; these run again, under their own number, when the search goes on."""
        for running in self._running.values():
            ledger().remove(running.job_id)

    def _cancel_running(self) -> None:
        for running in list(self._running.values()):
            self._executor.cancel(running.job_id)
            self._finish(running, {"failed": "Cancelled."})

    def _conclude(self, lease: Lease) -> str:
        if self._halt.is_set():
            self._count(time.monotonic())
            lease.release()
            return State.QUEUED.value
        job = lease.record()
        if self._request == "pause" and job is not None and job.request != "pause":  # resumed in this moment
            self._request = job.request
            self._work(lease)
            return self._conclude(lease)
        if self._request == "cancel":
            return self._end(lease, State.CANCELLED, "Cancelled.")
        if self._stopping:
            return self._end(lease, State.FAILED, self._stopping)
        return self._end(lease, State.PAUSED if self._request == "pause" else State.FINISHED)

    def _end(self, lease: Lease, state: State, reason: str = "") -> str:
        self._count(time.monotonic())
        if not lease.end_or_later(state, reason):
            raise GivenUpError(f"Another process has taken the search `{self.name}` up.")
        search_actions.note_end(self._study, state, reason)
        logger.info("A search is %s.", state)
        return state.value
