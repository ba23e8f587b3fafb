"""One training of the command line: on the cluster where one is set, else in this process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from core.cli.output import progress_bar
from core.data.dataset import Dataset
from core.jobs.cluster.executor import Executor
from core.jobs.queue import TrainingQueue
from core.jobs.settling import cancel_unfinished
from core.jobs.training import resume_training, run_training
from core.models.specification import Specification
from core.permissions import operator
from core.process import uninterrupted
from core.runs import registry
from core.runs.run import Run
from core.settings import settings

CANCELLED = "stopped; the training {run.name} ({run.short_id}) is cancelled, and nothing of it is kept."


def trained(specification: Specification, dataset: Dataset, *, name: str = "", group: str = "") -> Run:
    """Train, show the progress on standard error, and return the finished run.

    Ctrl-C cancels it, wherever it runs.

    Raises
    ------
    DigitLabError
        It cannot be started, or did not finish.
    """
    if settings().scheduler_address is None:
        return _here(
            lambda: registry.create(specification, dataset.fingerprint, name=name, group=group),
            lambda run, show: run_training(run.run_id, echo=show),
        )
    return _on_cluster(lambda queue: queue.submit(specification, dataset, actor=operator(), name=name, group=group))


def resumed(run: Run) -> Run:
    """Go on with an interrupted training after its last epoch, as `trained` does; raises InputError for any other."""
    if settings().scheduler_address is None:
        return _here(lambda: run, lambda run, show: resume_training(run, echo=show))
    return _on_cluster(lambda queue: queue.resume(run, operator()))


def _on_cluster(submit: Callable[[TrainingQueue], Run]) -> Run:
    with closing(TrainingQueue(Executor())) as queue:
        with uninterrupted():
            run = submit(queue)
        try:
            with progress_bar(run.name) as show:
                show(0.0, f"waiting for a worker of {settings().scheduler_address}")
                return queue.wait(run, show)
        except KeyboardInterrupt:
            queue.cancel(run, operator())
            raise KeyboardInterrupt(CANCELLED.format(run=run)) from None


def _here(begin: Callable[[], Run], work: Callable[[Run, Callable[[float, str], None]], Run]) -> Run:
    """Train in this process; a run that Ctrl-C cuts short is cancelled, whatever moment it comes in."""
    run: Run | None = None
    try:
        with uninterrupted():
            run = begin()
        with progress_bar(run.name) as show:
            return work(run, show)
    except KeyboardInterrupt:
        if run is None:
            raise
        with uninterrupted():
            cancelled = cancel_unfinished(run)
        raise KeyboardInterrupt(CANCELLED.format(run=run) if cancelled else "") from None
