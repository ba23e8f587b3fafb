from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from core.errors import ReadOnlyError, ReportError
from core.jobs.cluster.execution import JobOutcome
from core.jobs.cluster.executor import Executor
from core.jobs.questions import kept
from core.jobs.questions.kept import Question, answer, ask, question_state
from core.ledger.current import ledger
from core.ledger.states import State
from core.ledger.store import Kind
from core.permissions import Actor
from tests.core.jobs.polling import until

pytestmark = pytest.mark.processes

ANN, BOB = Actor("ann"), Actor("bob")
QUESTION = Question("tests.core.jobs.job_functions:double", (21,))


@dataclass
class Hands:
    """An executor whose workers do nothing by themselves."""

    outcomes: dict[str, JobOutcome] = field(default_factory=dict)
    submitted: list[tuple] = field(default_factory=list)

    def submit_later(
        self, job_id: str, function: str, *arguments: Any, owner: str, resource: str, title: str, kind: Kind
    ) -> None:
        ledger().add(job_id, kind, owner, title=title)
        self.submitted.append((function, arguments, owner, resource))

    def outcome(self, job_id: str, timeout: float | None = 0) -> JobOutcome:
        return self.outcomes[job_id]

    def forget(self, job_id: str) -> None:
        self.outcomes.pop(job_id, None)

    def cancel(self, job_id: str) -> None:
        ledger().end(job_id, State.CANCELLED, "Cancelled.")

    def end(self, outcome: JobOutcome) -> None:
        lease = ledger().start(QUESTION.job_id)
        assert lease is not None
        assert question_state(self, QUESTION) == ("running", "")
        lease.end(outcome.state, outcome.reason)
        self.outcomes[QUESTION.job_id] = outcome


def test_asked_once_answered_for_ever() -> None:
    hands = Hands()
    assert question_state(hands, QUESTION) == ("unasked", "")
    ask(hands, QUESTION, ANN)
    ask(hands, QUESTION, BOB)
    assert hands.submitted == [(kept.WORK, (QUESTION.function, 21), "ann", "trial")]
    assert question_state(hands, QUESTION)[0] == "queued"
    hands.end(JobOutcome(State.FINISHED, {"doubled": np.array([42])}))
    assert question_state(hands, QUESTION) == ("answered", "")
    assert answer(QUESTION)["doubled"].tolist() == [42]
    ask(Hands(), QUESTION, ANN)
    assert question_state(Hands(), QUESTION)[0] == "answered"


def test_a_worker_keeps_its_answer_for_a_page_that_was_closed() -> None:
    question = Question("tests.core.jobs.question_functions:doubled", (21,))
    kept.work(question.function, *question.arguments)
    assert answer(question)["doubled"].tolist() == [42]


def test_a_failure_tells_why_and_can_be_asked_again() -> None:
    hands = Hands()
    ask(hands, QUESTION, ANN)
    hands.end(JobOutcome(State.FAILED, reason="The worker had no memory left."))
    assert question_state(hands, QUESTION) == ("failed", "The worker had no memory left.")
    ask(hands, QUESTION, ANN)
    assert question_state(hands, QUESTION) == ("queued", "")


def test_a_cancelled_question_is_not_asked() -> None:
    hands = Hands()
    ask(hands, QUESTION, ANN)
    hands.end(JobOutcome(State.CANCELLED))
    assert question_state(hands, QUESTION) == ("unasked", "")


def test_a_damaged_answer_is_none() -> None:
    assert answer(QUESTION) is None
    QUESTION.path.parent.mkdir(parents=True)
    QUESTION.path.write_bytes(b"PK\x03\x04 cut off")
    assert answer(QUESTION) is None


def test_read_only_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError, match="read-only"):
        ask(Hands(), QUESTION, ANN)


def test_a_folder_that_cannot_be_written_is_named() -> None:
    hands = Hands()
    ask(hands, QUESTION, ANN)
    hands.end(JobOutcome(State.FINISHED, {"doubled": np.array([42])}))
    QUESTION.path.parent.parent.mkdir(parents=True)
    QUESTION.path.parent.write_text("a file where the folder should be")
    with pytest.raises(ReportError, match="The result cannot be stored in"):
        question_state(hands, QUESTION)


def test_a_real_worker_answers() -> None:
    question = Question("tests.core.jobs.question_functions:doubled", (21,))
    with Executor(trials=1) as executor:
        ask(executor, question, ANN)
        until(lambda: question_state(executor, question)[0] == "answered")
    assert answer(question)["doubled"].tolist() == [42]
