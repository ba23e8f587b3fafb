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
from core.jobs.settling import settle
from core.jobs.training import run_training
from core.jobs.tuning.view import view
from core.ledger.current import ledger
from core.ledger.deaths import LEASE_SECONDS
from core.ledger.lease import working_under
from core.ledger.ledger import Ledger
from core.ledger.states import State
from core.permissions import operator
from core.process import Process
from core.report.document import write_report
from core.runs import artifacts, checkpoints, history, housekeeping, registry
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
    assert (kept := history.load(killed)) is not None and kept.steps.tolist() == [1, 2]
    with pytest.raises(InputError, match=r"keeps the settings of .*; remove --set"):
        train("cnn", parent=run.run_id, settings=["epochs=9"])
    train("cnn", parent=run.run_id)
    assert_whole(whole := registry.get(run.run_id))
    assert whole.reason == ""
    assert "going on after epoch 2 of 3" in artifacts.local(whole, artifacts.LOG).read_text()
    assert [step for step, _ in registry.curves(run.run_id, ("loss",))["loss"]] == [1, 2, 3]
    assert (kept := history.load(whole)) is not None and kept.steps.tolist() == [1, 2, 3]
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


KEEPS_A_SEARCH = """
import sys
from core.jobs.cluster.executor import Executor
from core.jobs.tuning.search_server import Searches
from core.permissions import Actor
from tests.core.jobs.searching import small_search

with Executor(trials=1) as executor:
    searches = Searches(executor)
    if len(sys.argv) > 1:
        searches.start(small_search(trials=6), sys.argv[1], actor=Actor("ada"))
    print("serving", flush=True)
    sys.stdin.read()
    searches.close()
"""


def complete_trials(name: str) -> int:
    return sum(trial.state == "complete" for trial in view(name).trials)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kill_9_of_the_server_during_a_search(home: Path) -> None:
    """The next server goes on with it: no trial is lost, none runs twice."""
    with serving(KEEPS_A_SEARCH, "mine") as server:
        assert lines(server, 1) == ["serving"]
        until(lambda: complete_trials("mine") >= 2, 240)
        family = family_of(server)
        server.kill()
        until(lambda: not any(running(pid) for pid in family), 60)
    known = {trial.number: trial.score for trial in view("mine").trials if trial.state == "complete"}
    with serving(KEEPS_A_SEARCH) as server:
        assert lines(server, 1) == ["serving"]
        until(lambda: view("mine").state == "finished", 300)
    trials = view("mine").trials
    assert complete_trials("mine") == len(trials) == 6
    assert {number: score for number, score in ((t.number, t.score) for t in trials) if number in known} == known
    assert ledger().records(active=True) == []


WRITES_A_REPORT_SLOWLY = """
import sys, threading
from pathlib import Path
from core.report.document import write_report

class Slow(type(Path())):
    def write_text(self, text, *arguments, **options):
        super().write_text(text[: len(text) // 2], *arguments, **options)
        print("half", flush=True)
        threading.Event().wait()

    def with_name(self, name):
        return Slow(super().with_name(name))

write_report("<html>" + "x" * 1_000_000, Slow(sys.argv[1]))
"""


def test_kill_9_while_a_report_is_written(tmp_path: Path) -> None:
    """The last report stays whole, and the next one takes its place."""
    path = tmp_path / "report.html"
    write_report("the last one", path)
    with serving(WRITES_A_REPORT_SLOWLY, str(path)) as writer:
        assert lines(writer, 1) == ["half"]
        writer.kill()
        writer.wait()
    assert path.read_text() == "the last one"
    write_report("the next one", path)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["report.html"]
    assert path.read_text() == "the next one"


PURGES_SLOWLY = """
import threading
from core.permissions import operator
from core.runs import housekeeping

delete_for_good, gone = housekeeping.delete_for_good, []

def delete(client, run_id):
    if gone:
        print("half", flush=True)
        threading.Event().wait()
    delete_for_good(client, run_id)
    gone.append(run_id)

housekeeping.delete_for_good = delete
housekeeping.purge(actor=operator())
"""


def test_kill_9_during_a_purge(finished: Run, home: Path) -> None:
    """What has gone is gone with its files; what has not can be restored whole, and the next purge ends the work."""
    runs = [run_training(small_run(seed=seed).run_id) for seed in (1, 2)]
    for run in runs:
        housekeeping.delete(run, actor=operator())
    with serving(PURGES_SLOWLY) as purge:
        assert lines(purge, 1) == ["half"]
        purge.kill()
        purge.wait()
    (left,) = registry.all_runs(deleted=True)
    kept = {path.name for path in (home / "artifacts").iterdir()}
    assert kept & {run.run_id for run in runs} == {left.run_id}
    assert housekeeping.restore(left, actor=operator()) == f"{left.name} was restored."
    assert_whole(left)
    housekeeping.delete(registry.get(left.run_id), actor=operator())
    assert housekeeping.purge(actor=operator())[0] == 1
    assert_whole(finished)
