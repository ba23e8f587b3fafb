"""Resuming a training from its last epoch: who may, and what can be."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import InputError, NotAllowedError, ReadOnlyError, RegistryError
from core.jobs.queue import TrainingQueue
from core.jobs.training import resume_training
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import Actor
from core.runs import checkpoints, registry
from core.runs.run import Run

ADA, BOB, NOBODY, ROOT = Actor("ada"), Actor("bob"), Actor(""), Actor("root", admin=True)


@pytest.fixture
def interrupted(migrated: Path) -> Run:
    run = registry.create(Specification.from_preset("cnn", "fast"), "f" * 16, owner="ada")
    checkpoints.folder(run.run_id).mkdir(parents=True)
    (checkpoints.folder(run.run_id) / "epoch-0003.weights.h5").touch()
    registry.enter(run.run_id, State.INTERRUPTED, reason="Its process died.")
    return registry.get(run.run_id)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> TrainingQueue:
    """A queue whose jobs wait in the ledger, as no worker is there."""

    def enter(job_id: str, kind: Any, *, owner: str, **options: Any) -> object:
        return ledger().add(job_id, kind, owner, **options)

    monkeypatch.setattr(TrainingQueue, "_take_up", lambda self: None)
    return TrainingQueue(SimpleNamespace(enter=enter, try_to_send=lambda *job: True))  # type: ignore[arg-type]


def test_only_the_owner_and_administrators_resume(interrupted: Run, queue: TrainingQueue) -> None:
    for actor in (BOB, NOBODY):
        with pytest.raises(NotAllowedError, match=r"may not resume .*: only ada and administrators may\.$"):
            queue.resume(interrupted, actor)
    assert registry.get(interrupted.run_id) == interrupted
    assert ledger().record(interrupted.run_id) is None
    resumed = queue.resume(interrupted, ADA)
    assert (resumed.state, resumed.reason) == (State.QUEUED, "")
    with pytest.raises(InputError, match="cannot be resumed"):
        queue.resume(resumed, ROOT)


def test_read_only_mode_resumes_nothing(interrupted: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError):
        resume_training(interrupted)
    assert registry.get(interrupted.run_id) == interrupted


def test_one_that_could_not_be_queued_can_be_resumed_later(interrupted: Run, queue: TrainingQueue) -> None:
    entered = queue.executor.enter

    def locked(*job: Any, **options: Any) -> None:
        raise RegistryError("The ledger of jobs is locked.")

    queue.executor.enter = locked  # type: ignore[method-assign, assignment]
    with pytest.raises(RegistryError):
        queue.resume(interrupted, ADA)
    failed = registry.get(interrupted.run_id)
    assert (failed.state, failed.reason) == (State.FAILED, "The ledger of jobs is locked.")
    queue.executor.enter = entered  # type: ignore[method-assign]
    assert queue.resume(failed, ADA).state is State.QUEUED
