from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from core.errors import InputError, ReadOnlyError, ReportError
from core.jobs.cluster.claim import Outcome
from core.jobs.cluster.executor import Executor
from core.jobs.questions import kept
from core.jobs.questions.kept import Question, answer, ask, standing
from tests.core.jobs.polling import until

pytestmark = pytest.mark.processes

QUESTION = Question("tests.core.jobs.job_functions:double", (21,))


@dataclass
class Hands:
    """An executor that does nothing by itself."""

    states: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    submitted: list[tuple] = field(default_factory=list)

    def submit(self, job_id: str, function: str, *arguments: Any, owner: str, resource: str, title: str = "") -> None:
        if job_id in self.states:
            raise InputError("there already")
        self.submitted.append((function, arguments, owner, resource))
        self.states[job_id] = "waiting"

    def state(self, job_id: str) -> str:
        return self.states.get(job_id, "lost")

    def outcome(self, job_id: str) -> Outcome:
        return self.outcomes[job_id]

    def forget(self, job_id: str) -> None:
        self.states.pop(job_id, None)

    def end(self, outcome: Outcome) -> None:
        self.states[QUESTION.job_id] = outcome.state
        self.outcomes[QUESTION.job_id] = outcome


def test_asked_once_answered_for_ever() -> None:
    hands = Hands()
    assert standing(hands, QUESTION) == ("unasked", "")
    ask(hands, QUESTION, "ann")
    ask(hands, QUESTION, "bob")
    assert hands.submitted == [(kept.WORK, (QUESTION.function, 21), "ann", "trial")]
    assert standing(hands, QUESTION)[0] == "waiting"
    hands.end(Outcome("done", {"doubled": np.array([42])}))
    assert standing(hands, QUESTION) == ("answered", "")
    assert answer(QUESTION)["doubled"].tolist() == [42]
    ask(Hands(), QUESTION, "ann")
    assert standing(Hands(), QUESTION)[0] == "answered"


def test_a_worker_keeps_its_answer_for_a_page_that_was_closed() -> None:
    question = Question("tests.core.jobs.question_functions:doubled", (21,))
    kept.work(question.function, *question.arguments)
    assert answer(question)["doubled"].tolist() == [42]


def test_a_failure_tells_why_and_can_be_asked_again() -> None:
    hands = Hands()
    ask(hands, QUESTION, "ann")
    hands.end(Outcome("failed", reason="The worker had no memory left."))
    assert standing(hands, QUESTION) == ("failed", "The worker had no memory left.")
    ask(hands, QUESTION, "ann")
    assert standing(hands, QUESTION) == ("waiting", "")


def test_a_cancelled_question_is_not_asked() -> None:
    hands = Hands()
    ask(hands, QUESTION, "ann")
    hands.end(Outcome("cancelled"))
    assert standing(hands, QUESTION) == ("unasked", "")


def test_a_damaged_answer_is_none() -> None:
    assert answer(QUESTION) is None
    QUESTION.path.parent.mkdir(parents=True)
    QUESTION.path.write_bytes(b"PK\x03\x04 cut off")
    assert answer(QUESTION) is None


def test_read_only_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError, match="read-only"):
        ask(Hands(), QUESTION, "ann")


def test_a_folder_that_cannot_be_written_is_named() -> None:
    hands = Hands()
    ask(hands, QUESTION, "ann")
    hands.end(Outcome("done", {"doubled": np.array([42])}))
    QUESTION.path.parent.parent.mkdir(parents=True)
    QUESTION.path.parent.write_text("a file where the folder should be")
    with pytest.raises(ReportError, match="The result cannot be stored in"):
        standing(hands, QUESTION)


def test_a_real_worker_answers() -> None:
    question = Question("tests.core.jobs.question_functions:doubled", (21,))
    with Executor(trials=1) as executor:
        ask(executor, question, "ann")
        until(lambda: standing(executor, question)[0] == "answered")
    assert answer(question)["doubled"].tolist() == [42]
