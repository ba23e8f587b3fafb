from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sources import load_dataset
from core.jobs.cluster.claim import Outcome
from core.models.specification import Specification
from core.runs import registry
from core.runs.registry import local_user
from core.runs.run import State

Open = Callable[..., AppTest]
TRUST = "pages/6_Trust.py"


@dataclass
class Measurement:
    """A job as the executor remembers it."""

    title: str
    job_id: str = "question-1"
    function: str = "core.jobs.questions.kept:work"
    outcome: Outcome | None = None


@dataclass
class Workers:
    """Stands in for the executor: has the jobs that a test gives it."""

    notice: str = ""
    jobs: list[Measurement] = field(default_factory=list)

    def titled(self, owner: str) -> list[Measurement]:
        return self.jobs if owner == local_user() else []

    def state(self, job_id: str) -> str:
        outcome = next(job.outcome for job in self.jobs if job.job_id == job_id)
        return outcome.state if outcome else "running"

    def waiting(self, resource: str = "training") -> list[str]:
        return []

    def close(self) -> None:
        pass


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Workers:
    stand_in = Workers()
    monkeypatch.setattr("core.ui.session.Executor", lambda: stand_in)
    return stand_in


def toasts(page: AppTest) -> list[str]:
    return [toast.value.replace("\\", "") for toast in page.toast]


def queued(name: str) -> Any:
    specification = Specification.from_preset("logistic", "fast")
    return registry.create(specification, load_dataset().fingerprint, name=name)


def test_a_measurement_that_is_ready_is_told_once(open_page: Open, workers: Workers) -> None:
    workers.jobs = [Measurement("the robustness of cnn", "a"), Measurement("the robustness of cnn", "b")]
    page = open_page(TRUST)
    workers.jobs[0].outcome = Outcome("done")
    assert not toasts(page.run())
    workers.jobs[1].outcome = Outcome("done")
    assert toasts(page.run()) == ["The robustness of cnn is ready."]
    assert not toasts(page.run())


def test_one_that_failed_says_why(open_page: Open, workers: Workers) -> None:
    workers.jobs = [Measurement("the map of digits")]
    page = open_page(TRUST)
    workers.jobs[0].outcome = Outcome("failed", reason="This worker has other data.")
    assert toasts(page.run()) == ["the map of digits: This worker has other data."]


def test_a_trial_tells_nothing(open_page: Open, workers: Workers) -> None:
    workers.jobs = [Measurement("trial 3 of svm", function="core.jobs.tuning.trial:run_trial")]
    page = open_page(TRUST)
    workers.jobs[0].outcome = Outcome("done")
    assert not toasts(page.run())


def test_a_training_that_ended_while_no_page_was_open_is_told_on_the_return(open_page: Open, workers: Workers) -> None:
    run = queued("left alone")
    assert not toasts(open_page(TRUST))  # the first visit ever has missed nothing
    registry.enter(run.run_id, State.FAILED, reason="The disk is full.")
    assert toasts(open_page(TRUST)) == ["left alone failed. The disk is full."]
    assert not toasts(open_page(TRUST))
