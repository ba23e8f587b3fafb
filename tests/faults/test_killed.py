"""`kill -9` of a server and of what it has started, in the middle of the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.runs import registry
from core.runs.run import Run, State
from tests.core.jobs.polling import running, until
from tests.faults.conftest import assert_nothing_left, assert_whole, small_run
from tests.faults.servers import QUEUE, family_of, lines, serving

WRITES_SLOWLY = """
import shutil, sys, threading
from pathlib import Path
from core.jobs.training import run_training
from core.runs import artifacts

pytestmark = pytest.mark.processes

def store(run_id, folder):
    target = artifacts._local_root(run_id)
    shutil.copytree(folder / "model", target / "model")
    (target / "predictions.npz").write_bytes((folder / "predictions.npz").read_bytes()[:1000])
    print("half", flush=True)
    threading.Event().wait()

artifacts.store = store
run_training(sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kill_9_of_the_server_during_a_training(finished: Run, home: Path) -> None:
    """The lease, not anybody's cleaning up, is what ends the runs; the next server works as if nothing had been."""
    with serving(QUEUE, "cnn:4000:1", "logistic:300:2") as server:
        at_work, waiting = lines(server, 2)
        until(lambda: registry.get(at_work).progress and registry.get(at_work).progress.fraction > 0.05, 240)
        family = family_of(server)
        server.kill()
        until(lambda: not any(running(pid) for pid in family), 60)
    assert registry.get(at_work).state is State.RUNNING
    for run_id in (at_work, waiting):
        until(lambda run_id=run_id: not registry.get(run_id).state.active, 240)
        assert registry.get(run_id).state is State.INTERRUPTED
        assert_nothing_left(run_id, home)
    assert_whole(finished)
    with serving(QUEUE, "logistic:300:3") as server:
        (again,) = lines(server, 1)
        until(lambda: not registry.get(again).state.active, 240)
    assert_whole(registry.get(again))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_9_while_an_artefact_is_written(finished: Run, home: Path) -> None:
    run = small_run(seed=5)
    with serving(WRITES_SLOWLY, run.run_id) as worker:
        assert lines(worker, 1) == ["half"]
        worker.kill()
    assert (home / "artifacts" / run.run_id / "artifacts" / "model" / "model.onnx").exists()
    registry.renew_lease(run.run_id, seconds=-1)
    assert registry.get(run.run_id).state is State.INTERRUPTED
    assert_nothing_left(run.run_id, home)
    assert_whole(finished)


def test_a_living_process_does_not_finish_a_run_that_was_given_up(finished: Run, home: Path) -> None:
    """Cut off for longer than its lease, it finds its parts discarded and says so."""
    from core.errors import TrainingError
    from core.jobs import training

    run = small_run(seed=6)
    registry.renew_lease(run.run_id, seconds=-1)
    assert registry.all_runs()[0].state is State.INTERRUPTED
    with pytest.raises(TrainingError, match="The run was given up while its process could not reach the registry"):
        training._finish(run.run_id)
    assert registry.get(run.run_id).state is State.INTERRUPTED


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_servers_on_one_home(finished: Run) -> None:
    with serving(QUEUE, "logistic:300:11", "logistic:300:12") as one, serving(QUEUE, "logistic:300:21") as other:
        ids = lines(one, 2) + lines(other, 1)
        until(lambda: not any(registry.get(run_id).state.active for run_id in ids), 400)
    for run_id in ids:
        assert_whole(registry.get(run_id))
    assert_whole(finished)
    assert len(registry.all_runs()) == 4
