"""The trials of a search that workers have been given: sent, listened to, collected, sent again after a death."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.jobs.cluster.executor import Executor
from core.jobs.tuning import trial_reporter
from core.jobs.tuning.ask_and_tell import Trials
from core.jobs.tuning.request import Search
from core.ledger.current import ledger
from core.ledger.states import State

if TYPE_CHECKING:
    import optuna

TRIAL = "core.jobs.tuning.trial_evaluation:run_trial"
WORKER_DIED = "Its worker died twice; it may need more memory than is available."


@dataclass
class Running:
    """A trial that a worker has been given; the scores of the steps in `stored` are known from an earlier attempt."""

    trial: optuna.Trial
    values: dict[str, Any]
    job_id: str
    stored: frozenset[int] = frozenset()
    heard: int = 0


class SentTrials:
    """What one search has at its workers.

    Parameters
    ----------
    name : str
        Of the study.
    search : Search
    trials : Trials
        Is told how they ended.
    executor : Executor
        Where they run, one thread each.

    Attributes
    ----------
    refused : str
        Why a worker has refused the search as such, in a sentence; empty while none has.
    """

    def __init__(self, name: str, search: Search, trials: Trials, executor: Executor) -> None:
        self._name, self._search, self._trials, self._executor = name, search, trials, executor
        self._running: dict[int, Running] = {}
        self.refused = ""

    def __len__(self) -> int:
        return len(self._running)

    def send(self, trial: optuna.Trial) -> None:
        """Give a trial to the workers."""
        running = self.remember(trial)
        self._executor.submit(
            running.job_id, TRIAL, self._search.model_dump_json(), running.values, kind="trial", retries=1,
            owner=self._search.owner or self._name, resource="trial", title=f"trial {trial.number} of {self._name}",
        )  # fmt: skip

    def remember(self, trial: optuna.Trial) -> Running:
        """Count a trial among those that are at work."""
        steps = self._trials.all()[trial.number].intermediate_values
        running = Running(trial, dict(trial.params), f"trial-{trial.number}-of-{self._name}", frozenset(steps))
        self._running[trial.number] = running
        return running

    def again(self, trial: optuna.Trial) -> None:
        """Send a trial again that another coordinator had sent, unless its worker has died twice."""
        jobs, running = ledger(), self.remember(trial)
        job = jobs.record(running.job_id)
        if job is not None and job.state is State.RUNNING:  # its outcome has no way to this process
            jobs.give_up(job, for_good=True)
            job = jobs.record(running.job_id)
        if job is not None and job.state is State.QUEUED and (job.holder == jobs.holder or jobs.take(job.id)):
            self._executor.send(running.job_id, TRIAL, self._search.model_dump_json(), running.values)
        elif job is not None and job.state is State.INTERRUPTED:
            self._finish(running, {"failed": WORKER_DIED})
        else:
            self.send(trial)

    def hear(self) -> None:
        """Store what trials have told since, and take in those that have ended."""
        at_work = list(self._running.values())
        scores = trial_reporter.reported([running.job_id for running in at_work])
        for running in at_work:
            self._listen(running, scores.get(running.job_id, []))
            self._collect(running)

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
            self.refused = outcome.value["refused"]
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
            self._trials.end(running.trial, record | happened)

    def let_go(self) -> None:
        """Take the jobs of running trials back; these run again, under their own number, when the search goes on."""
        for running in self._running.values():
            ledger().remove(running.job_id)

    def cancel(self) -> None:
        """End all that run."""
        for running in list(self._running.values()):
            self._executor.cancel(running.job_id)
            self._finish(running, {"failed": "Cancelled."})
