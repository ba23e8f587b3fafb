from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sources import load_dataset
from core.ledger.current import ledger
from core.ledger.lease import Lease
from core.ledger.states import State
from core.ledger.store import Kind
from core.models.specification import Specification
from core.permissions import local_user
from core.runs import registry
from core.ui import session

Open = Callable[..., AppTest]
TRUST = "pages/6_Trust.py"


def measure(job_id: str, title: str, kind: Kind = "question") -> Lease:
    """Have a worker at something for whoever opens the page."""
    ledger().add(job_id, kind, local_user(), title=title)
    lease = ledger().start(job_id)
    assert lease is not None
    return lease


def toasts(page: AppTest) -> list[str]:
    return [toast.value.replace("\\", "") for toast in page.toast]


def queued(name: str) -> Any:
    specification = Specification.from_preset("logistic", "fast")
    return registry.create(specification, load_dataset().fingerprint, name=name)


def test_a_measurement_that_is_ready_is_told_once(open_page: Open) -> None:
    leases = [measure(job_id, "the robustness of cnn") for job_id in "ab"]
    page = open_page(TRUST)
    leases[0].end(State.FINISHED)
    assert not toasts(page.run())
    leases[1].end(State.FINISHED)
    assert toasts(page.run()) == ["The robustness of cnn is ready."]
    assert not toasts(page.run())


def test_one_that_failed_says_why(open_page: Open) -> None:
    lease = measure("map", "the map of digits")
    page = open_page(TRUST)
    lease.end(State.FAILED, "This worker holds other data.")
    assert toasts(page.run()) == ["the map of digits: This worker holds other data."]


@pytest.mark.parametrize(("title", "kind"), [("trial 3 of svm", "trial"), ("", "question")])
def test_a_trial_and_a_slider_tell_nothing(open_page: Open, title: str, kind: Kind) -> None:
    lease = measure("some job", title, kind)
    page = open_page(TRUST)
    lease.end(State.FINISHED)
    assert not toasts(page.run())


def test_a_cancelled_training_is_told_in_one_sentence(open_page: Open) -> None:
    run = queued("not wanted")
    page = open_page(TRUST)
    registry.enter(run.run_id, State.CANCELLED, reason="Cancelled.")
    session.watcher().refresh()
    (told,) = toasts(page.run())
    assert told.startswith("not wanted was cancelled. [Open](Run?run=")


def test_a_training_that_ended_while_no_page_was_open_is_told_on_the_return(open_page: Open) -> None:
    run = queued("left alone")
    assert not toasts(open_page(TRUST))  # the first visit ever has missed nothing
    registry.enter(run.run_id, State.FAILED, reason="The disk is full.")
    (told,) = toasts(open_page(TRUST))
    assert told.startswith("left alone failed. The disk is full. [Open](Run?run=")
    assert not toasts(open_page(TRUST))
