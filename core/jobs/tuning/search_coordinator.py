"""The coordinator of a search: it alone asks Optuna for trials and tells their scores; workers only evaluate.

Every decision is in the study before anything is done about it, so that after a `kill -9` another process goes on:
trials that were running are queued again under their own number, and finished ones are never touched.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from core.errors import ClusterError, GivenUpError, StudyError
from core.jobs.cluster.executor import Executor
from core.jobs.tuning import search_actions
from core.jobs.tuning.ask_and_tell import RECORD, Trials
from core.jobs.tuning.sent_trials import SentTrials
from core.jobs.tuning.storage import study_errors
from core.jobs.tuning.strategy import pruner_of
from core.ledger.current import ledger
from core.ledger.lease import Lease, working_under
from core.ledger.states import State

TICK_SECONDS = 0.1
ASK_SECONDS = 1.0
COUNT_SECONDS = 5.0

logger = logging.getLogger(__name__)


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
        self.sent = SentTrials(name, self._search, self.trials, executor)
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
                self.sent.let_go()
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
        return self.sent.refused or self.trials.hopeless

    def _work(self, lease: Lease) -> None:
        while not self._halt.is_set():
            self._look_around(lease)
            if self._request == "cancel":
                self.sent.cancel()
            self.sent.hear()
            self._fill()
            if not len(self.sent):
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
                continue
            trial = self.trials.numbered(frozen.number, frozen._trial_id)
            if self._request == "cancel":
                self.trials.end(trial, {"failed": "Cancelled."})
            else:
                self.sent.again(trial)

    def _fill(self) -> None:
        """Ask for as many trials as there are free workers and budget."""
        while not self._request and not self._stopping and len(self.sent) < self._slots:
            since = time.monotonic() - self._counted if self._counted else 0.0
            if not self.trials.affordable(since):
                return
            trial = self.trials.next()
            twin = self.trials.twin(trial.params)
            if twin is None:
                self.sent.send(trial)
            else:
                self.trials.end(trial, twin)

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
