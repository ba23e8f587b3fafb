"""A search that a server coordinates goes on when a database that failed is back, and none waits for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from core.errors import RegistryError, StudyError
from core.jobs.tuning import search_actions, search_server
from core.jobs.tuning.search_server import Searches
from core.ledger.current import ledger
from core.ledger.states import State
from core.permissions import Actor
from tests.core.jobs.polling import until
from tests.core.jobs.searching import small_search

ADA = Actor("ada", admin=True)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Iterator[Searches]:
    monkeypatch.setattr(search_server, "LOOK_SECONDS", 0.05)
    started = Searches(SimpleNamespace())  # type: ignore[arg-type]
    yield started
    started.close()


def coordinating(monkeypatch: pytest.MonkeyPatch, *runs: Callable[[str], None]) -> list[str]:
    """Let coordinators do this, one after the other; the names of the searches that they were made for."""
    made: list[str] = []

    class Coordinator:
        def __init__(self, name: str, executor: object) -> None:
            self.name = name
            made.append(name)

        def run(self) -> None:
            runs[len(made) - 1](self.name)

        def halt(self) -> None:
            pass

    monkeypatch.setattr(search_server, "Coordinator", Coordinator)
    return made


def finish(name: str) -> None:
    lease = ledger().start(search_actions.job_of(name))
    assert lease is not None and lease.end(State.FINISHED)


def fail(name: str) -> None:
    raise RegistryError("The ledger of jobs is locked by another program; try again in a moment.")


def state(name: str) -> State:
    job = ledger().record(search_actions.job_of(name))
    assert job is not None
    return job.state


def test_a_search_is_coordinated_again_when_its_database_is_back(
    searches: Searches, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = coordinating(monkeypatch, fail, fail, finish)
    name = searches.start(small_search(), "mine", actor=ADA)
    until(lambda: not searches._coordinated)
    assert state(name) is State.FINISHED and made == ["mine"] * 3


def test_a_search_that_gets_trials_in_the_moment_in_which_it_ends_goes_on(
    searches: Searches, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finish_and_get_more(name: str) -> None:
        finish(name)
        searches.add_trials(name, 2, actor=ADA)

    made = coordinating(monkeypatch, finish_and_get_more, finish)
    name = searches.start(small_search(), "mine", actor=ADA)
    until(lambda: not searches._coordinated)
    assert state(name) is State.FINISHED and made == ["mine"] * 2


def test_a_queued_search_that_cannot_be_read_has_failed(searches: Searches) -> None:
    ledger().add(search_actions.job_of("gone"), "search", "ada", retries=1)
    assert ledger().give_up(ledger().record(search_actions.job_of("gone")))  # type: ignore[arg-type]
    until(lambda: state("gone") is State.FAILED)
    job = ledger().record(search_actions.job_of("gone"))
    assert job is not None and job.reason.startswith("There is no search `gone`")
    with pytest.raises(StudyError):
        search_actions.load("gone")
