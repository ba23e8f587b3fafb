"""Twenty people ask for a training at once: all finish, in turn, and each was told when to expect the start."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from core.data.sources import load_dataset
from core.jobs.cluster.executor import Executor
from core.jobs.queue import TrainingQueue
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import Actor
from core.preprocessing.experiments import Experiment
from core.runs import registry
from core.runs.run import Run
from tests.core.jobs.polling import until

PEOPLE = 20
HONEST = 4.0
"""An expected start may be wrong by this factor on a machine that does other things too."""

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def queue(migrated: object, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
    started = TrainingQueue(Executor(trials=0))
    yield started
    started.close()


def ask(queue: TrainingQueue, seed: int) -> Run:
    asked = Specification.from_preset("svm", "fast", seed=seed, experiment=Experiment.limited(1000))
    return queue.submit(asked, load_dataset(), actor=Actor(f"person {seed}"))


def ended(runs: list[Run]) -> bool:
    states = {run.run_id: run.state for run in registry.all_runs()}
    return not any(states[run.run_id].active for run in runs)


def test_twenty_trainings_at_once(queue: TrainingQueue) -> None:
    earlier = [ask(queue, 100), ask(queue, 101)]
    until(lambda: ended(earlier), 300)

    runs: list[Run] = []
    people = [threading.Thread(target=lambda seed=seed: runs.append(ask(queue, seed))) for seed in range(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    until(lambda: len(queue.executor.waiting()) >= PEOPLE // 2, 120)
    told_at, known = time.time(), registry.all_runs()
    places = {run.run_id: place for run in runs if (place := queue.place(registry.get(run.run_id), known))}
    assert len(places) >= PEOPLE // 2
    assert sorted(place.position for place in places.values()) == list(range(1, len(places) + 1))
    in_line = sorted(places, key=lambda run_id: places[run_id].position)
    expected = [places[run_id].starts_in.seconds for run_id in in_line]
    assert all(seconds is not None for seconds in expected), "two alike have run here"
    assert expected == sorted(expected)

    started: dict[str, float] = {}

    def look() -> bool:
        for run in registry.all_runs():
            if run.state is not State.QUEUED:
                started.setdefault(run.run_id, time.time())
        return ended(runs)

    until(look, 600)
    assert {registry.get(run.run_id).state for run in runs} == {State.FINISHED}
    assert sorted(in_line, key=started.__getitem__) == in_line, "in turn"
    last = in_line[-1]
    waited, told = started[last] - told_at, expected[-1]
    assert told / HONEST <= waited <= told * HONEST, (waited, told)
