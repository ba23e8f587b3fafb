from __future__ import annotations

import sqlite3
import time

import pytest

from core.errors import ReadOnlyError, RegistryError, StudyError
from core.jobs.tuning import studies
from core.jobs.tuning.lease import LEASE, Coordination, held
from core.jobs.tuning.request import Budget, Search
from core.jobs.tuning.storage import studies_lock
from core.jobs.tuning.view import view
from tests.core.jobs.searching import small_search


@pytest.fixture
def study():
    return studies.load(studies.create(small_search(), "mine"))


def test_a_study_holds_the_whole_request(study):
    asked = small_search()
    assert studies.search_of(study) == asked
    assert Search.from_json(asked.model_dump_json()) == asked


def test_the_database_writes_ahead(study, home):
    with sqlite3.connect(home / "studies.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_name_is_made_and_a_taken_one_refused(study):
    assert studies.create(small_search()) == "logistic random 1"
    assert studies.create(small_search()) == "logistic random 2"
    studies.write(study, state="finished")
    with pytest.raises(StudyError, match=r"A search `mine` exists already and is finished; add trials to it"):
        studies.create(small_search(), "mine")
    assert studies.names() == ["logistic random 2", "logistic random 1", "mine"]


def test_an_unknown_study_is_told(study):
    with pytest.raises(StudyError, match=r"There is no search `other`"):
        studies.load("other")


def test_wishes_change_a_search_that_nobody_coordinates(study):
    studies.wish("mine", "pause")
    assert view("mine").state == "paused"
    studies.wish("mine", "cancel")
    assert view("mine").state == "cancelled"
    with pytest.raises(StudyError, match="cancelled; there is nothing to pause"):
        studies.wish("mine", "pause")


def test_a_cancelled_search_has_no_running_trial(study):
    study.ask()
    studies.wish("mine", "cancel")
    assert [trial.state for trial in view("mine").trials] == ["failed"]


def test_trials_are_added_to_the_budget(study):
    studies.add_trials("mine", 3)
    assert view("mine").budget == Budget(trials=7)
    with pytest.raises(StudyError, match="Add at least one trial; got 0"):
        studies.add_trials("mine", 0)
    studies.create(small_search(sampler="grid"), "grid")
    with pytest.raises(StudyError, match="All combinations of this grid"):
        studies.add_trials("grid", 1)


def test_one_process_coordinates_at_a_time(study):
    with Coordination(study, studies_lock()):
        with (
            pytest.raises(StudyError, match=r"`mine` is running on .* \(process \d+\)"),
            Coordination(study, studies_lock()),
        ):
            pass
        with pytest.raises(StudyError, match="cancel it first"):
            studies.delete("mine")
    studies.delete("mine")
    assert studies.names() == []


def test_a_lease_ends_with_its_time_or_its_process(study):
    with Coordination(study, studies_lock()) as right:
        lease = study.user_attrs[LEASE]
        assert held(lease)
        assert not held({**lease, "until": time.time() - 1})
        assert not held({**lease, "born": lease["born"] - 1000}), "another process has the same id now"
        assert held({**lease, "host": "elsewhere", "pid": 1})
        study.set_user_attr(LEASE, {**lease, "holder": "somebody"})
        assert not right.mine
    assert study.user_attrs[LEASE]["holder"] == "somebody"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"trials": 0}, r"`trials` must be between 1 and 10000; got 0"),
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
        studies.create(search)


def test_an_unreachable_database_is_told_without_its_password(monkeypatch):
    monkeypatch.setenv("DIGITLAB_STUDIES", "sqlite:////proc/nowhere/studies.db")
    with pytest.raises(RegistryError, match=r"The studies at sqlite:////proc/nowhere/studies.db cannot be used"):
        studies.names()
    monkeypatch.setenv("DIGITLAB_STUDIES", "postgresql://me:secret@127.0.0.1:1/x")
    with pytest.raises(RegistryError, match=r"postgresql://me:\*\*\*@127") as told:
        studies.names()
    assert "secret" not in str(told.value)


def test_a_search_of_another_version_is_told(study):
    study.set_user_attr(studies.SEARCH, '{"schema_version": 9}')
    with pytest.raises(StudyError, match="Another version of Digit Lab wrote this search"):
        view("mine")
