"""`kill -9` of a server and of what it has started, in the middle of the work."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from core.cli.train import train
from core.cli.training import resumed
from core.errors import InputError
from core.jobs.recovery import recover
from core.jobs.training import run_training, settle
from core.ledger.current import ledger
from core.ledger.lease import working_under
from core.ledger.ledger import LEASE_SECONDS, Ledger
from core.ledger.states import State
from core.process import Process
from core.runs import artifacts, checkpoints, registry
from core.runs.run import Run
from core.settings import settings
from tests.core.jobs.polling import running, until
from tests.faults.conftest import assert_nothing_left, assert_whole, small_run
from tests.faults.servers import QUEUE, WAITS_BEFORE_IT_STORES, family_of, lines, proceed, serving

pytestmark = pytest.mark.processes

WRITES_SLOWLY = """
import shutil, sys, threading
from pathlib import Path
from core.jobs.training import run_training
from core.runs import artifacts

def store(run_id, folder):
    target = artifacts._local_root(run_id)
    shutil.copytree(folder / "model", target / "model")
    (target / "predictions.npz").write_bytes((folder / "predictions.npz").read_bytes()[:1000])
    print("half", flush=True)
    threading.Event().wait()

artifacts.store = store
run_training(sys.argv[1])
"""


STANDS_STILL_IN_THE_THIRD_EPOCH = """
import sys, threading
from core.jobs.training import run_training
from core.models.cnn.progress import Progress

end_batch = Progress._end_batch

def stand_still(self, step, logs):
    if self._epoch == 2:
        print("third", flush=True)
        threading.Event().wait()
    end_batch(self, step, logs)

Progress._end_batch = stand_still
run_training(sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kill_9_of_the_server_during_a_training(finished: Run) -> None:
    """Looking changes nothing; the next server takes up what ran and what waited, and finishes it."""
    with serving(QUEUE, "cnn:4000:1", "logistic:300:2") as server:
        running_one, waiting = lines(server, 2)
        until(lambda: (found := registry.get(running_one).progress) and found.fraction > 0.05, 240)
        family = family_of(server)
        server.kill()
        until(lambda: not any(running(pid) for pid in family), 60)
    for _ in range(2):
        assert registry.get(running_one).state is State.RUNNING
        assert registry.get(waiting).state is State.QUEUED
    assert_whole(finished)
    with serving(QUEUE, "logistic:300:3") as server:
        (third,) = lines(server, 1)
        for run_id in (running_one, waiting, third):
            until(lambda run_id=run_id: not registry.get(run_id).state.active, 400)
    for run_id in (running_one, waiting, third):
        assert_whole(registry.get(run_id))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_9_while_an_artefact_is_written(finished: Run, home: Path) -> None:
    run = small_run(seed=5)
    with serving(WRITES_SLOWLY, run.run_id) as worker:
        assert lines(worker, 1) == ["half"]
        worker.kill()
        worker.wait()
    assert registry.get(run.run_id).state is State.RUNNING
    assert (home / "artifacts" / run.run_id / "artifacts" / "model" / "model.onnx").exists(), "reading deletes nothing"
    recover()
    assert registry.get(run.run_id).state is State.INTERRUPTED
    assert_nothing_left(run.run_id, home)
    assert_whole(finished)


def test_a_network_whose_training_was_killed_is_resumed_after_its_last_epoch(home: Path) -> None:
    run = small_run(seed=9, model="cnn")
    assert run.specification is not None
    assert run.specification.parameters["epochs"] == 3
    with serving(STANDS_STILL_IN_THE_THIRD_EPOCH, run.run_id) as worker:
        assert lines(worker, 1) == ["third"]
        worker.kill()
        worker.wait()
    recover()
    killed = registry.get(run.run_id)
    assert killed.state is State.INTERRUPTED
    assert killed.reason.endswith("; resume it from its last epoch, or train again.")
    with pytest.raises(InputError, match=r"keeps the settings of .*; remove --set"):
        train("cnn", parent=run.run_id, settings=["epochs=9"])
    train("cnn", parent=run.run_id)
    assert_whole(whole := registry.get(run.run_id))
    assert whole.reason == ""
    assert "going on after epoch 2 of 3" in artifacts.local(whole, artifacts.LOG).read_text()
    assert [step for step, _ in registry.curves(run.run_id, ("loss",))["loss"]] == [1, 2, 3]
    assert not checkpoints.folder(run.run_id).exists()
    with pytest.raises(InputError, match="cannot be resumed"):
        resumed(whole)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows cannot stop a process for a while.")
def test_a_worker_that_was_stopped_for_longer_than_its_lease_finishes(finished: Run) -> None:
    """As on a laptop that slept: this machine sees that the process lives, however often somebody looks."""
    run = small_run(seed=6)
    with serving(WAITS_BEFORE_IT_STORES, run.run_id) as worker:
        assert lines(worker, 1) == ["fitted"]
        worker.send_signal(signal.SIGSTOP)
        for later in (0.0, 10 * LEASE_SECONDS):
            judge = Ledger(settings().ledger_url, clock=lambda later=later: time.monotonic() + later)
            assert judge.recover() == []
            assert registry.get(run.run_id).state is registry.all_runs()[0].state is State.RUNNING
        worker.send_signal(signal.SIGCONT)
        proceed(worker)
        assert lines(worker, 1) == ["stored"]
    assert_whole(registry.get(run.run_id))
    assert_whole(finished)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows cannot stop a process for a while.")
def test_a_stopped_worker_that_another_machine_gave_up_takes_its_run_back(home: Path) -> None:
    run = small_run(seed=7)
    with serving(WAITS_BEFORE_IT_STORES, run.run_id) as worker:
        assert lines(worker, 1) == ["fitted"]
        worker.send_signal(signal.SIGSTOP)
        give_up_from_elsewhere()
        settle(run.run_id)
        assert registry.get(run.run_id).state is State.INTERRUPTED
        worker.send_signal(signal.SIGCONT)
        proceed(worker)
        assert lines(worker, 1) == ["stored"]
    assert_whole(registry.get(run.run_id))
    assert registry.client().get_run(run.run_id).info.status == "FINISHED"


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows cannot stop a process for a while.")
def test_a_stopped_worker_whose_run_another_one_works_on_stops_and_deletes_nothing(home: Path) -> None:
    run = small_run(seed=8)
    with serving(WAITS_BEFORE_IT_STORES, run.run_id) as worker:
        assert lines(worker, 1) == ["fitted"]
        worker.send_signal(signal.SIGSTOP)
        give_up_from_elsewhere()
        ledger().add(run.run_id, "training", "ada")
        assert run_training_as_another(run.run_id).state is State.FINISHED
        worker.send_signal(signal.SIGCONT)
        proceed(worker)
        assert worker.wait(60) != 0
    assert_whole(registry.get(run.run_id))


def give_up_from_elsewhere() -> None:
    """Another machine reads the ledger twice, a lease apart by its own clock."""
    now = [0.0]
    other = Ledger(settings().ledger_url, Process("another machine", 1, "1"), lambda: now[0])
    other.recover()
    now[0] += LEASE_SECONDS
    assert [job.state for job in other.recover()] == [State.INTERRUPTED]


def run_training_as_another(run_id: str) -> Run:
    lease = ledger().start(run_id)
    assert lease is not None
    with working_under(lease):
        return run_training(run_id)


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
