from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import RecipeError, StudyError
from core.jobs.cluster.executor import Executor
from core.jobs.tuning import search_actions
from core.jobs.tuning.request import Budget
from core.jobs.tuning.search_coordinator import Coordinator
from core.jobs.tuning.search_server import Searches
from core.jobs.tuning.sent_trials import Running
from core.jobs.tuning.strategy import sampler_of
from core.jobs.tuning.tables import progress_table, table
from core.jobs.tuning.view import view
from core.ledger.current import ledger
from core.ledger.states import State
from core.permissions import Actor
from core.preprocessing.recipe import RECIPES
from tests.core.jobs.polling import until
from tests.core.jobs.searching import small_search

PROJECT = Path(__file__).parents[4]
ADMIN = Actor("root", admin=True)


@pytest.fixture(scope="module")
def executor(tmp_path_factory):
    """Two workers for trials, shared by the tests of this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITLAB_HOME", str(tmp_path_factory.mktemp("workers")))
        with Executor(trials=2) as started:
            started._connection.client()
            yield started


def run(executor, search, name="mine"):
    search_actions.create(search, name)
    Coordinator(name, executor).run()
    return view(name)


def test_a_search_of_a_model_on_a_recipe_that_it_cannot_take_is_refused():
    with pytest.raises(RecipeError, match="network takes images, not rows of numbers"):
        small_search("learning_rate=0.001:0.01", model="cnn")


def test_a_grid_runs_every_combination_once_on_two_workers(executor):
    found = run(executor, small_search("C=0.01,0.1,1,10", "max_iter=10,20,30", sampler="grid", settings=()))
    assert found.state == "finished"
    asked = [tuple(trial.parameters.values()) for trial in found.trials]
    assert len(asked) == len(set(asked)) == 12
    assert all(trial.state == "complete" and trial.seconds > 0 for trial in found.trials)
    assert len({trial.worker for trial in found.trials}) == 2
    best = found.best
    assert best is not None and best.score == max(trial.score for trial in found.trials)
    assert len(table(found.trials)) == 12
    assert progress_table(found.trials)["best"].iloc[-1] == best.score


def test_values_that_are_known_are_told_again_and_not_computed(executor):
    found = run(executor, small_search("C=0.1,1", trials=9))
    assert len(found.trials) == 9
    assert 2 <= sum(trial.seconds > 0 for trial in found.trials) <= 3, "two workers may draw the same at once"
    scores = {trial.parameters["C"]: set() for trial in found.trials}
    for trial in found.trials:
        scores[trial.parameters["C"]].add(trial.score)
    assert all(len(same) == 1 for same in scores.values())


def test_more_trials_go_on_with_the_same_search(executor):
    first = run(executor, small_search(trials=2))
    search_actions.add_trials("mine", 2, actor=ADMIN)
    Coordinator("mine", executor).run()
    more = view("mine")
    assert more.trials[:2] == first.trials
    assert len(more.trials) == 4
    assert len({trial.parameters["C"] for trial in more.trials}) == 4


def test_guided_search_with_hyperband_prunes_on_the_way(executor):
    found = run(executor, small_search("C=0.0001:100", sampler="tpe", pruner="hyperband", trials=8))
    states = {trial.state for trial in found.trials}
    assert states <= {"complete", "pruned"} and "complete" in states
    assert all(trial.curve[0][0] == 1 for trial in found.trials)
    assert all(trial.curve[-1][0] == 9 for trial in found.trials if trial.state == "complete")


def test_a_trial_that_is_poorer_than_the_median_is_pruned_at_its_first_step(executor):
    """Four trials before it read everything right from the first step on, which 22 images cannot teach."""
    name = search_actions.create(small_search(pruner="median", trials=5), "mine")
    trials = Coordinator(name, executor).trials
    for number in range(4):
        trial = trials.numbered(number)
        trial.report(1.0, 1)
        trials.end(trial, {"score": {"accuracy": 1.0, "folds": [1.0], "pruned": False, "seconds": 1.0}})
    assert Coordinator(name, executor).run() == "finished"
    last = view("mine").trials[4]
    assert last.state == "pruned"
    assert [step for step, _ in last.curve] == [1], "it was not trained on the larger shares"


def test_a_budget_of_time_starts_nothing_afterwards(executor):
    search_actions.create(small_search(trials=None, minutes=5.0), "mine")
    search_actions.write(search_actions.load("mine"), **{search_actions.SPENT: 300.0})
    assert Coordinator("mine", executor).run() == "finished"
    assert view("mine").trials == ()


def test_a_search_whose_trials_all_fail_ends_with_the_reason(executor):
    deep = ("blocks=3", "convolutions=4")  # more than a picture of 28 pixels lasts
    search = small_search("learning_rate=0.001:0.1", model="cnn", trials=9, recipe=RECIPES["image"], settings=deep)
    found = run(executor, search)
    assert found.state == "failed"
    assert re.match(r"The first [56] trials all failed; the last one: The image becomes too small", found.reason)
    assert len(found.trials) < 9


def test_a_worker_with_other_data_ends_the_search_with_its_sentence(executor):
    search = small_search().model_copy(update={"fingerprint": "0123456789abcdef"})
    found = run(executor, search)
    assert found.state == "failed"
    assert "has other data (" in found.reason
    assert all(trial.state == "running" for trial in found.trials), "they are queued again when it is mended"


def test_pause_lets_trials_end_and_cancel_does_not(executor):
    name = search_actions.create(small_search(trials=500), "mine")
    searches = Searches(executor)
    searches.resume(name, actor=ADMIN)
    until(lambda: view(name).ended >= 2)
    search_actions.pause(name, actor=ADMIN)
    until(lambda: view(name).state == "paused")
    assert all(trial.state == "complete" for trial in view(name).trials)
    until(lambda: not searches._coordinated)
    searches.resume(name, actor=ADMIN)
    until(lambda: view(name).ended > 3)
    search_actions.cancel(name, actor=ADMIN)
    until(lambda: view(name).state == "cancelled")
    assert not [trial for trial in view(name).trials if trial.state == "running"]
    searches.close()


def test_a_trial_asked_for_but_never_sent_is_sent(executor):
    """As when the coordinator died between the two: the grid's cell keeps its number and its values."""
    name = search_actions.create(small_search("C=0.1,1", sampler="grid"), "mine")
    coordinator = Coordinator(name, executor)
    asked = coordinator.trials.numbered(0)
    Coordinator(name, executor).run()
    found = view(name)
    assert [trial.state for trial in found.trials] == ["complete", "complete"]
    assert found.trials[0].parameters == asked.params


@pytest.mark.parametrize("action", ["pause", "cancel"])
def test_who_stops_a_search_that_begins_in_this_moment_asks_its_coordinator(monkeypatch, action):
    name = search_actions.create(small_search(trials=1), "mine")
    waiting = ledger().record(search_actions.job_of(name))
    assert ledger().start(waiting.id) is not None
    monkeypatch.setattr(search_actions, "_active", lambda *_: (search_actions.load(name), waiting))
    getattr(search_actions, action)(name, actor=ADMIN)
    job = ledger().record(waiting.id)
    assert (job.state, job.request) == ("running", action)


def test_a_trial_that_ran_when_a_cancelled_search_lost_its_coordinator_is_ended(executor):
    name = search_actions.create(small_search(trials=1), "mine")
    coordinator = Coordinator(name, executor)
    coordinator.trials.numbered(0)
    coordinator._request = "cancel"
    coordinator._take_up()
    assert [(trial.state, trial.reason) for trial in view(name).trials] == [("failed", "Cancelled.")]


def test_a_trial_whose_score_was_kept_is_told_and_not_run_again(executor):
    name = search_actions.create(small_search(trials=1), "mine")
    trial = Coordinator(name, executor).trials.numbered(0)
    trial.set_user_attr("record", {"score": {"accuracy": 0.5, "folds": [0.5], "pruned": False, "seconds": 1.0}})
    Coordinator(name, executor).run()
    assert [trial.score for trial in view(name).trials] == [0.5]


def test_a_trial_whose_worker_died_is_sent_again_once(executor):
    """As a coordinator finds it that takes a search up: its worker is gone, for the first time and for the second."""
    coordinator = Coordinator(search_actions.create(small_search(trials=1), "mine"), executor)
    trial = coordinator.trials.numbered(0)
    job_id = coordinator.sent.remember(trial).job_id
    ledger().add(job_id, "trial", "ada", retries=1)
    for state in (State.QUEUED, State.INTERRUPTED):
        assert ledger().start(job_id)
        assert ledger().give_up(ledger().record(job_id))
        assert ledger().record(job_id).state is state
    coordinator.sent.again(coordinator.trials.numbered(0, trial._trial_id))
    assert view("mine").trials[0].state == "failed"
    assert view("mine").trials[0].reason == "Its worker died twice; it may need more memory than is available."
    assert not len(coordinator.sent) and ledger().record(job_id) is None


def test_a_restarted_random_search_asks_for_what_it_would_have_asked_for():
    import optuna

    search, drawn = small_search(), []
    for _ in range(2):
        study = optuna.create_study()
        values = []
        for number in range(3):
            study.sampler = sampler_of(search, number)
            values.append(search.space.suggest(study.ask()))
        drawn.append(values)
    assert drawn[0] == drawn[1]
    assert len({entry["C"] for entry in drawn[0]}) == 3


def test_two_coordinators_of_one_search_are_refused(executor):
    name = search_actions.create(small_search(trials=500), "mine")
    searches = Searches(executor)
    searches.resume(name, actor=ADMIN)
    until(lambda: view(name).ended >= 1)
    with pytest.raises(StudyError, match="is running on"):
        Coordinator(name, executor).run()
    search_actions.cancel(name, actor=ADMIN)
    until(lambda: view(name).state == "cancelled")
    searches.close()


SERVER = """
from core.jobs.cluster.executor import Executor
from core.jobs.tuning.search_coordinator import Coordinator
Coordinator("mine", Executor(trials=2)).run()
"""

pytestmark = pytest.mark.processes


def test_a_search_goes_on_after_kill_9_and_no_trial_is_lost_or_run_twice(executor, home):
    """A real server process dies in the middle; this one takes up what it left."""
    name = search_actions.create(small_search(trials=12, folds=10), "mine")
    environment = {**os.environ, "DIGITLAB_HOME": str(home)}
    server = subprocess.Popen([sys.executable, "-c", SERVER], cwd=PROJECT, env=environment)
    until(lambda: view(name).ended >= 3 and any(trial.state == "running" for trial in view(name).trials), 120)
    server.kill()
    server.wait()
    before = [trial for trial in view(name).trials if trial.state == "complete"]
    assert 3 <= len(before) < 12
    searches = Searches(executor)
    until(lambda: view(name).state == "finished", 120)
    after = view(name).trials
    assert len(after) == 12
    assert all(trial.state == "complete" for trial in after)
    assert [after[trial.number] for trial in before] == before, "a finished trial is never touched"
    assert len({json.dumps(trial.parameters) for trial in after}) == 12
    searches.close()


def test_a_slow_answer_is_not_waited_for_at_the_last_step(executor):
    """The coordinator lets a whole trial end as complete, however poor."""
    coordinator = Coordinator(search_actions.create(small_search(pruner="hyperband"), "mine"), executor)
    assert coordinator._search.resource == 9
    assert Running(coordinator.trials.numbered(0), {}, "job").heard == 0
    assert coordinator.trials.budget == Budget(trials=4)
