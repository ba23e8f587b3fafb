from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from dask.system import CPU_COUNT

from core.errors import InputError
from core.jobs.cluster.executor import Executor
from core.ledger.current import ledger
from tests.core.jobs.polling import FUNCTIONS, running, started, until

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITLAB_HOME", str(tmp_path_factory.mktemp("home")))
        with Executor(trials=1) as executor:
            executor.submit("warm", "os:getpid", owner="test")
            assert executor.outcome("warm", timeout=60).state == "finished"
            yield executor


@pytest.fixture
def held(executor: Executor, tmp_path: Path) -> Iterator[str]:
    """The training worker is busy; the job's id."""
    job_id = f"held-{tmp_path.name}"
    executor.submit(job_id, f"{FUNCTIONS}:hold", str(tmp_path), "held", 200, owner="somebody else")
    until(lambda: started(tmp_path))
    yield job_id
    (tmp_path / "release").touch()


def test_returns_what_the_function_returns(executor: Executor) -> None:
    executor.submit("sum", "operator:add", 2, 3, owner="ann")
    outcome = executor.outcome("sum", timeout=60)
    assert (outcome.state, outcome.value) == ("finished", 5)
    assert executor.state("sum") == "finished"
    assert executor.position("sum") is None


def test_runs_in_another_process(executor: Executor) -> None:
    executor.submit("pid", "os:getpid", owner="ann", resource="trial")
    assert executor.outcome("pid", timeout=60).value != os.getpid()


def test_a_failure_is_one_sentence_and_a_traceback(executor: Executor) -> None:
    executor.submit("diverges", f"{FUNCTIONS}:diverge", owner="ann")
    outcome = executor.outcome("diverges", timeout=60)
    assert (outcome.state, outcome.reason) == ("failed", "The loss is not a number.")
    assert "in diverge" in outcome.traceback


def test_a_foreign_exception_keeps_its_name(executor: Executor) -> None:
    executor.submit("zero", "operator:truediv", 1, 0, owner="ann")
    assert executor.outcome("zero", timeout=60).reason == "ZeroDivisionError: division by zero"


def test_refuses_the_same_id_twice(executor: Executor) -> None:
    executor.submit("twice", "os:getpid", owner="ann")
    with pytest.raises(InputError, match="`twice` has been submitted already"):
        executor.submit("twice", "os:getpid", owner="ann")


def test_forgets_a_job_that_has_ended(executor: Executor) -> None:
    executor.submit("brief", "os:getpid", owner="ann")
    executor.outcome("brief", timeout=60)
    executor.forget("brief")
    with pytest.raises(KeyError):
        executor.outcome("brief")


def test_owners_take_turns(executor: Executor, held: str, tmp_path: Path) -> None:
    order = tmp_path / "order"
    jobs = [f"{tmp_path.name}-{name}" for name in ("ann1", "ann2", "ann3", "bob1", "bob2")]
    for job in jobs:
        executor.submit(job, f"{FUNCTIONS}:write", str(order), job[-4:], owner=job[-4:-1])
    turns = ["ann1", "bob1", "ann2", "bob2", "ann3"]
    assert [executor.position(f"{tmp_path.name}-{turn}") for turn in turns] == [1, 2, 3, 4, 5]
    assert executor.state(held) == "running" and executor.position(held) is None
    assert executor.outcome(jobs[0]) is None
    (tmp_path / "release").touch()
    assert [executor.outcome(job, timeout=60).state for job in jobs] == ["finished"] * 5
    assert order.read_text().split() == turns


def test_a_trial_does_not_wait_for_a_training(executor: Executor, held: str) -> None:
    executor.submit(f"trial-beside-{held}", "os:getpid", owner="ann", resource="trial")
    assert executor.outcome(f"trial-beside-{held}", timeout=60).state == "finished"
    assert executor.state(held) == "running"


def test_the_table_says_what_each_worker_does(executor: Executor, held: str) -> None:
    training, trial = executor.cluster_table()
    assert (training.name, training.resource, training.job_id, training.owner) == (
        "training",
        "training",
        held,
        "somebody else",
    )
    assert (trial.name, trial.resource, trial.job_id, trial.cores) == ("trial-1", "trial", None, 1)
    assert training.cores == CPU_COUNT and training.host == "127.0.0.1"
    assert 2e7 < trial.memory < trial.memory_limit


def test_cancel_takes_a_waiting_job_out_of_the_queue(executor: Executor, held: str, tmp_path: Path) -> None:
    waiting, behind = f"waiting-{tmp_path.name}", f"behind-{tmp_path.name}"
    for job in (waiting, behind):
        executor.submit(job, f"{FUNCTIONS}:write", str(tmp_path / "order"), job, owner="ann")
    assert executor.cancel(waiting)
    assert (executor.state(waiting), executor.position(behind)) == ("cancelled", 1)
    (tmp_path / "release").touch()
    assert executor.outcome(behind, timeout=60).state == "finished"
    assert (tmp_path / "order").read_text().split() == [behind]


def test_cancel_gives_memory_back_and_leaves_the_other_worker_alone(
    executor: Executor, held: str, tmp_path: Path
) -> None:
    other, behind = tmp_path / "other", f"behind-{tmp_path.name}"
    other.mkdir()
    executor.submit(f"other-{held}", f"{FUNCTIONS}:hold", str(other), "trial", owner="bob", resource="trial")
    executor.submit(behind, f"{FUNCTIONS}:write", str(tmp_path / "order"), "behind", owner="ann")
    until(lambda: started(other))
    until(lambda: executor.cluster_table()[0].memory > 200e6)
    pid = int(started(tmp_path)[0][1])

    assert executor.cancel(held)
    assert not running(pid)
    assert executor.state(held) == "cancelled"
    assert not executor.cancel(held)
    assert executor.outcome(behind, timeout=60).state == "finished"
    assert until(executor.cluster_table)[0].memory < 200e6
    assert executor.state(f"other-{held}") == "running"
    (other / "release").touch()
    assert executor.outcome(f"other-{held}", timeout=60).value == int(started(other)[0][1])
    assert len(started(tmp_path)) == len(started(other)) == 1


def test_a_job_whose_worker_dies_is_interrupted_where_it_has_no_retry(
    executor: Executor, held: str, tmp_path: Path
) -> None:
    behind = f"behind-{tmp_path.name}"
    executor.submit(behind, f"{FUNCTIONS}:write", str(tmp_path / "order"), "behind", owner="ann")
    psutil.Process(int(started(tmp_path)[0][1])).kill()
    outcome = executor.outcome(held, timeout=60)
    assert (outcome.state, outcome.reason) == (
        "interrupted",
        "The worker process that ran this job died; it may have run out of memory.",
    )
    assert executor.outcome(behind, timeout=60).state == "finished"
    assert (tmp_path / "order").read_text().split() == ["behind"]
    assert len(started(tmp_path)) == 1


def test_a_job_with_a_retry_is_run_again_once_after_its_worker_died(executor: Executor, tmp_path: Path) -> None:
    executor.submit("dies", f"{FUNCTIONS}:hold", str(tmp_path), "dies", owner="ann", retries=1)
    for time in (1, 2):
        until(lambda time=time: len(started(tmp_path)) == time)
        assert executor.state("dies") == "running"
        psutil.Process(int(started(tmp_path)[-1][1])).kill()
    assert executor.outcome("dies", timeout=60).state == "interrupted"
    assert len(started(tmp_path)) == 2


def test_ten_thousand_jobs_that_have_ended_do_not_slow_the_queue_down(executor: Executor, held: str) -> None:
    """What the scheduler and this process remember does not grow with the jobs that have ended."""
    for number in range(20):
        executor.submit(f"brief-{number}", "os:getpid", owner="ann", resource="trial")
    for number in range(20):
        assert executor.outcome(f"brief-{number}", timeout=60).state == "finished"
        executor.forget(f"brief-{number}")
        ledger().remove(f"brief-{number}")
    client = executor._connection.current()
    assert client is not None
    metadata = client.run_on_scheduler(lambda dask_scheduler: dict(dask_scheduler.task_metadata))
    assert not [name for name in metadata if name.startswith("digitlab")]
    assert [job.id for job in ledger().records()] == [held]


def test_an_executor_without_jobs_starts_nothing() -> None:
    with Executor() as executor:
        assert executor.cluster_table() == []
        assert executor.state("unknown") is None
