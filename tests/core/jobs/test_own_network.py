"""Starting, cancelling and keeping a fine-tuning: who may, and whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.own_digits import save
from core.data.sample import load_sample
from core.errors import DataError, InputError, NotAllowedError
from core.jobs import own_network
from core.jobs.cluster.execution import JobOutcome
from core.jobs.fine_tuning import FineTuned
from core.jobs.questions.kept import cancel_job
from core.ledger.current import ledger
from core.ledger.states import State
from core.permissions import Actor

JOB = own_network.job_of("ann")
ANN, BEA, VISITOR = Actor("ann"), Actor("bea"), Actor("")
MADE = FineTuned(b"a graph", "{}", (0.99, 0.98), None, 24, 3)


class Workers:
    """Takes a job into the ledger as an executor does, and runs nothing."""

    def __init__(self) -> None:
        self.ended: dict[str, JobOutcome] = {}
        self.sent: list[tuple[Any, ...]] = []

    def submit_later(self, job_id: str, *arguments: Any, owner: str, title: str, kind: Any, resource: str) -> None:
        ledger().add(job_id, kind, owner, title=title, resource=resource)
        self.sent.append(arguments)

    def cancel(self, job_id: str) -> bool:
        return ledger().end(job_id, State.CANCELLED, "Cancelled.")

    def outcome(self, job_id: str) -> JobOutcome:
        return self.ended[job_id]

    def forget(self, job_id: str) -> None:
        self.ended.pop(job_id, None)


@pytest.fixture
def workers() -> Any:
    return Workers()


def keep_digits(owner: str, count: int) -> None:
    for image, label in zip(load_sample().train.images[:count], load_sample().train.labels[:count], strict=True):
        save(owner, image, int(label))


def test_only_its_owner_or_an_administrator_cancels(workers: Any, home: Path) -> None:
    keep_digits("ann", 60)
    own_network.start(workers, "cnn", "fingerprint", ANN)
    with pytest.raises(NotAllowedError, match="bea may not cancel the fine-tuning on your digits: only ann and admin"):
        cancel_job(workers, JOB, BEA)
    with pytest.raises(NotAllowedError):
        cancel_job(workers, JOB, VISITOR)
    assert ledger().record(JOB).state.active
    cancel_job(workers, JOB, Actor("root", admin=True))
    assert not ledger().record(JOB).state.active
    own_network.start(workers, "cnn", "fingerprint", ANN)
    cancel_job(workers, JOB, ANN)
    assert not ledger().record(JOB).state.active
    cancel_job(workers, JOB, BEA)  # there is nothing to cancel any more


def test_who_starts_one_learns_from_their_own_digits_only(workers: Any, home: Path) -> None:
    keep_digits("ann", 60)
    with pytest.raises(InputError, match="too few training digits: 0"):
        own_network.start(workers, "cnn", "fingerprint", BEA)
    with pytest.raises(NotAllowedError, match="Log in to fine-tune"):
        own_network.start(workers, "cnn", "fingerprint", VISITOR)
    own_network.start(workers, "cnn", "fingerprint", ANN)
    _, _, _, images, labels, held_out = workers.sent[0]
    assert len(images) == len(labels) == len(held_out) == 60
    np.testing.assert_array_equal(np.sort(labels), np.sort(load_sample().train.labels[:60]))


def test_a_result_that_cannot_be_written_leaves_the_last_one(
    workers: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_network.keep("ann", MADE)
    before = own_network.figures_of("ann")
    full = OSError(28, "No space left on device")

    def write_text(self: Path, *arguments: Any, **options: Any) -> int:
        raise full

    workers.ended[own_network.job_of("ann")] = JobOutcome(State.FINISHED, MADE)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", write_text)
        with pytest.raises(DataError, match="could not be stored: No space left on device"):
            own_network.collect("ann", workers)
    assert own_network.figures_of("ann") == before and before is not None
    assert [path.name for path in own_network.tuned_folder("ann").parent.iterdir()] == ["fine_tuned"]
    assert own_network.collect("ann", workers) == "", "the result stayed, and is collected again"
    assert workers.ended == {}


def test_a_failure_is_told_with_its_reason(workers: Any, home: Path) -> None:
    workers.ended[own_network.job_of("ann")] = JobOutcome(State.FAILED, reason="The worker died.")
    assert own_network.collect("ann", workers) == "The worker died."
    assert own_network.collect("bea", workers) == ""
