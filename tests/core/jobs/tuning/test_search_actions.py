from __future__ import annotations

import sqlite3

import pytest

from core.errors import ReadOnlyError, RegistryError, StudyError
from core.jobs.tuning import search_actions
from core.jobs.tuning.request import Budget, Search
from core.jobs.tuning.view import view
from core.ledger.current import ledger
from core.ledger.lease import working_under
from core.ledger.states import State
from core.permissions import Actor
from tests.core.jobs.searching import small_search

ADMIN = Actor("root", admin=True)


@pytest.fixture
def study():
    return search_actions.load(search_actions.create(small_search(), "mine"))


def test_a_study_holds_the_whole_request(study):
    asked = small_search()
    assert search_actions.search_of(study) == asked
    assert Search.from_json(asked.model_dump_json()) == asked


def test_the_database_writes_ahead(study, home):
    with sqlite3.connect(home / "studies.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_name_is_made_and_a_taken_one_refused(study):
    assert search_actions.create(small_search()) == "Logistic random 1"
    assert search_actions.create(small_search()) == "Logistic random 2"
    ledger().start(search_actions.job_of("mine")).end(State.FINISHED)
    with pytest.raises(StudyError, match=r"A search `mine` exists already and is finished; add trials to it"):
        search_actions.create(small_search(), "mine")
    assert search_actions.names() == ["Logistic random 2", "Logistic random 1", "mine"]


def test_an_unknown_study_is_told(study):
    with pytest.raises(StudyError, match=r"There is no search `other`"):
        search_actions.load("other")


def test_a_search_that_nobody_coordinates_is_paused_resumed_and_cancelled(study):
    search_actions.pause("mine", actor=ADMIN)
    assert view("mine").state == "paused"
    search_actions.resume("mine", actor=ADMIN)
    assert view("mine").state == "queued"
    search_actions.cancel("mine", actor=ADMIN)
    assert view("mine").state == "cancelled"
    with pytest.raises(StudyError, match="cancelled; there is nothing to pause"):
        search_actions.pause("mine", actor=ADMIN)


def test_a_running_search_is_asked_to_pause_and_may_be_asked_to_go_on(study):
    with working_under(ledger().start(search_actions.job_of("mine"))):
        search_actions.pause("mine", actor=ADMIN)
        assert (view("mine").state, view("mine").request) == ("running", "pause")
        search_actions.resume("mine", actor=ADMIN)
        assert (view("mine").state, view("mine").request) == ("running", "")


def test_a_cancelled_search_has_no_running_trial(study):
    study.ask()
    search_actions.cancel("mine", actor=ADMIN)
    assert [trial.state for trial in view("mine").trials] == ["failed"]


def test_trials_are_added_to_the_budget(study):
    search_actions.add_trials("mine", 3, actor=ADMIN)
    assert view("mine").budget == Budget(trials=7)
    with pytest.raises(StudyError, match="Add at least one trial; got 0"):
        search_actions.add_trials("mine", 0, actor=ADMIN)
    search_actions.create(small_search(sampler="grid"), "grid")
    with pytest.raises(StudyError, match="All combinations of this grid"):
        search_actions.add_trials("grid", 1, actor=ADMIN)


def test_a_running_search_is_not_deleted(study):
    with working_under(ledger().start(search_actions.job_of("mine"))) as lease:
        with pytest.raises(StudyError, match="cancel it first"):
            search_actions.delete("mine", actor=ADMIN)
        lease.end(State.CANCELLED)
    search_actions.delete("mine", actor=ADMIN)
    assert search_actions.names() == [] and ledger().records() == []


def test_how_a_search_ended_is_read_from_its_study_where_the_ledger_is_not_shared(study):
    search_actions.rest(study, State.CANCELLED, "Cancelled.")
    ledger().remove(search_actions.job_of("mine"))
    assert (view("mine").state, view("mine").reason) == ("cancelled", "Cancelled.")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"trials": 0}, r"`trials` must be between 1 and 10,000; got 0"),
        ({"minutes": 0.0}, r"`minutes` must be more than 0"),
        ({"sampler": "bayes"}, r"`sampler` must be one of grid, random, tpe; got bayes"),
        ({"pruner": "axe"}, r"`pruner` must be one of hyperband, median, none; got axe"),
        ({"folds": 1}, r"`folds` must be 0 \(the validation images\) or between 2 and 10; got 1"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_a_sentence(asked, sentence):
    with pytest.raises(StudyError, match=sentence):
        small_search(**asked)


def test_a_grids_budget_is_its_size():
    assert small_search("C=1,2,3", sampler="grid").budget == Budget(trials=3)


def test_a_read_only_installation_creates_nothing(monkeypatch):
    search = small_search()
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError):
        search_actions.create(search)


def test_an_unreachable_database_is_told_without_its_password(monkeypatch):
    monkeypatch.setenv("DIGITLAB_STUDIES", "sqlite:////proc/nowhere/studies.db")
    with pytest.raises(RegistryError, match=r"The database of searches .*/proc/nowhere/studies.db cannot be used"):
        search_actions.names()
    monkeypatch.setenv("DIGITLAB_STUDIES", "postgresql://me:secret@127.0.0.1:1/x")
    with pytest.raises(RegistryError, match=r"postgresql://me:\*\*\*@127") as told:
        search_actions.names()
    assert "secret" not in str(told.value)
    monkeypatch.setenv("DIGITLAB_STUDIES", "postgresql://me@127.0.0.1:1/x?user=me&password=secret")
    with pytest.raises(RegistryError, match=r"password=\*\*\*") as told:
        search_actions.names()
    assert "secret" not in str(told.value)
    monkeypatch.setenv("DIGITLAB_STUDIES", "postgresql://me:secret@[::1/x")
    with pytest.raises(RegistryError, match=r"me:\*\*\*@.* its address cannot be read") as told:
        search_actions.names()
    assert "secret" not in str(told.value)


def test_a_search_of_another_version_is_told(study):
    study.set_user_attr(search_actions.SEARCH, '{"schema_version": 9}')
    with pytest.raises(StudyError, match="Another version of Digit Lab wrote this search"):
        view("mine")
