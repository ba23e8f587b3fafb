"""A database or a cluster that fails half way through handing a job over: the job is sent or ends, and never waits."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import ClusterError, RegistryError
from core.jobs.cluster.executor import Executor
from core.jobs.cluster.job import Job
from core.ledger.current import ledger
from core.ledger.ledger import Ledger
from core.ledger.states import State

pytestmark = pytest.mark.processes
LOCKED = "The ledger of jobs is locked by another program; try again in a moment."
NOBODY = "No Dask scheduler answers."


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the jobs that reach the workers, of which there are none."""
    reached: list[str] = []
    monkeypatch.setattr("core.jobs.cluster.connection.Connection.client", lambda self: None)
    monkeypatch.setattr("core.jobs.cluster.sent.SentJobs.send", lambda self, job: reached.append(job.job_id))
    monkeypatch.setattr("core.jobs.cluster.executor.AGAIN_SECONDS", 0.01)
    return reached


def fail(monkeypatch: pytest.MonkeyPatch, method: str, times: int) -> None:
    """Let a method of the ledger find its database locked so many times."""
    works: Callable[..., Any] = getattr(Ledger, method)
    left = [times]

    def locked(self: Ledger, *arguments: Any, **options: Any) -> Any:
        if left[0] > 0:
            left[0] -= 1
            raise RegistryError(LOCKED)
        return works(self, *arguments, **options)

    monkeypatch.setattr(Ledger, method, locked)


def unreachable(self: object) -> None:
    raise ClusterError(NOBODY)


def entered(executor: Executor) -> None:
    executor.enter("one", "question", owner="ada", resource="trial", title="", retries=0)


def test_a_job_is_sent_as_soon_as_the_ledger_can_be_read(sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with Executor() as executor:
        entered(executor)
        fail(monkeypatch, "record", 2)
        assert executor.try_to_send("one", "operator:add", 1, 2)
    assert sent == ["one"]


def test_a_job_that_cannot_be_sent_fails_as_soon_as_the_ledger_can_be_written(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.jobs.cluster.connection.Connection.client", unreachable)
    with Executor() as executor:
        entered(executor)
        fail(monkeypatch, "end", 2)
        assert not executor.try_to_send("one", "operator:add", 1, 2)
    job = ledger().record("one")
    assert job is not None and (job.state, job.reason, sent) == (State.FAILED, NOBODY, [])


def test_a_job_that_cannot_be_pickled_fails(sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object, job: Job) -> None:
        raise TypeError("cannot pickle")

    monkeypatch.setattr("core.jobs.cluster.sent.SentJobs.send", refuse)
    with Executor() as executor:
        entered(executor)
        assert not executor.try_to_send("one", "operator:add", 1, 2)
    job = ledger().record("one")
    assert job is not None and job.state is State.FAILED
    assert job.reason == "It could not be sent to a worker (TypeError); the server's log has the details."


def test_a_job_that_was_submitted_in_vain_does_not_stay_queued(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(self: object, job: Job) -> None:
        raise ClusterError(NOBODY)

    monkeypatch.setattr("core.jobs.cluster.sent.SentJobs.send", lost)
    with Executor() as executor, pytest.raises(ClusterError):
        executor.submit("one", "operator:add", 1, 2, owner="ada")
    job = ledger().record("one")
    assert job is not None and (job.state, job.reason) == (State.FAILED, NOBODY)


def test_an_end_that_could_not_be_written_is_written_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker refused the job before its function was reached, so only this process can tell the ledger."""
    client = SimpleNamespace()
    future = SimpleNamespace(
        key="one", status="error", exception=lambda timeout: ValueError("no such module"), release=lambda: None
    )
    monkeypatch.setattr("core.jobs.cluster.connection.Connection.current", lambda self: client)
    with Executor() as executor:
        ledger().add("one", "question", "ada")
        job = Job("one", "ada", "trial", 1, "operator:add", (), client, future)  # type: ignore[arg-type]
        executor._sent._jobs["one"] = job
        fail(monkeypatch, "end", 2)
        for _ in range(2):
            executor._sent._settle(job, future)  # type: ignore[arg-type]
            assert executor.state("one") is State.QUEUED and executor.outcome("one") is None
        executor._sent._follow()
        outcome = executor.outcome("one")
    assert executor.state("one") is State.FAILED
    assert outcome is not None and outcome.reason == "ValueError: no such module"
