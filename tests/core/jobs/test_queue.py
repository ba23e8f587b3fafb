"""The queue with a real sidecar: a training finishes in a worker, one is cancelled, one's worker is killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.data.sources import load_dataset
from core.jobs.cluster.executor import Executor
from core.jobs.cluster.job import LOST_WITH_WORKER
from core.jobs.queue import TrainingQueue
from core.ledger.current import ledger
from core.ledger.ledger import GONE
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import Actor
from core.preprocessing.experiments import Experiment
from core.runs import artifacts, registry
from core.runs.run import Run
from tests.core.jobs.polling import until

pytestmark = pytest.mark.processes
ADA = Actor("ada")


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TrainingQueue]:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr("core.jobs.queue.RECOVER_SECONDS", 0.5)
    started = TrainingQueue(Executor(trials=1))
    yield started
    started.close()


def specification(model: str, limit: int, seed: int = 0) -> Specification:
    return Specification.from_preset(model, "fast", seed=seed, experiment=Experiment.limited(limit))


def state(run: Run) -> State:
    return registry.get(run.run_id).state


def test_trainings_end_as_they_should(queue: TrainingQueue) -> None:
    """One story, as starting workers costs seconds: finish, cancel while running and waiting, lose the worker."""
    dataset = load_dataset()
    first = queue.submit(specification("logistic", 500), dataset, actor=ADA)
    until(lambda: state(first) is State.FINISHED, 120)
    assert artifacts.predictions(registry.get(first.run_id)).test.shape == (500, 10)

    long = queue.submit(specification("cnn", 4000), dataset, actor=ADA)
    waiting = queue.submit(specification("logistic", 500, seed=1), dataset, actor=ADA)
    until(lambda: state(long) is State.RUNNING, 60)
    place = queue.place(registry.get(waiting.run_id), registry.all_runs())
    assert place is not None
    assert place.position == 1
    queue.cancel(registry.get(waiting.run_id), ADA)
    queue.cancel(registry.get(long.run_id), ADA)
    assert (state(long), state(waiting)) == (State.CANCELLED, State.CANCELLED)

    lost = queue.submit(specification("cnn", 4000, seed=2), dataset, actor=ADA)
    for attempt in (1, 2):
        until(lambda attempt=attempt: state(lost) is State.RUNNING and started(lost) == attempt, 90)
        (worker,) = until(lambda: [row for row in queue.executor.cluster_table() if row.job_id == lost.run_id])
        _process_listening_at(worker.address).kill()
    until(lambda: state(lost) is State.INTERRUPTED, 90)
    until(lambda: registry.get(lost.run_id).reason.endswith("; train again."), 30)
    seen_first = LOST_WITH_WORKER.rstrip("."), GONE.rstrip(".")  # by the cluster, or by the ledger
    assert registry.get(lost.run_id).reason.startswith(seen_first)


def started(run: Run) -> int:
    """How many times a training was started."""
    job = ledger().record(run.run_id)
    assert job is not None
    return job.attempts


def _process_listening_at(address: str) -> psutil.Process:
    port = int(address.rpartition(":")[2])
    listening = [entry for entry in psutil.net_connections("tcp") if entry.status == "LISTEN"]
    return psutil.Process(next(entry.pid for entry in listening if entry.laddr.port == port))
