from __future__ import annotations

import json

import pytest

from core.errors import StudyError
from core.jobs.tuning import search_actions
from core.jobs.tuning.request import Search
from core.jobs.tuning.view import view
from core.ledger.current import ledger
from core.ledger.states import State
from tests.core.jobs.searching import small_search

PAGE = "pages/3_Tune.py"


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch):
    """Searches are created and never worked on: the coordinator has tests of its own."""
    from core.jobs.tuning.search_server import Searches

    monkeypatch.setattr(Searches, "_coordinate", lambda self, name: None)


@pytest.fixture
def finished():
    """A search of four trials that has ended."""
    name = search_actions.create(small_search(), "four trials")
    study = search_actions.load(name)
    for number in range(4):
        trial = study.ask()
        small_search().space.suggest(trial)
        score = {"accuracy": 0.9 + number / 100, "folds": [0.9], "pruned": False, "seconds": 2.0}
        record = {"score": score, "worker": "here 1", "started": 10.0 * number, "ended": 10.0 * number + 2}
        trial.set_user_attr("record", record)
        study.tell(trial, score["accuracy"])
    lease = ledger().start(search_actions.job_of(name))
    lease.end(State.FINISHED)
    return name


def texts(page):
    return " ".join(element.value for kind in ("markdown", "caption", "error") for element in page.get(kind))


def test_an_empty_page_offers_a_new_search(open_page):
    page = open_page(PAGE)
    assert "No search yet" in texts(page)
    assert page.button(key="start_search").label == "Search"


def test_a_random_search_is_started_as_the_form_says(open_page):
    page = open_page(PAGE)
    page.number_input(key="tune_trials").set_value(6)
    page.text_input(key="tune_name").set_value("six")
    page.button(key="start_search").click().run()
    assert not page.exception
    asked: Search = view("six").search
    assert (asked.model, asked.sampler, asked.budget.trials, asked.limit) == ("svm", "random", 6, 2000)
    assert asked.space.names == ("C", "gamma")
    assert page.query_params["search"] in ("six", ["six"])


def test_a_search_that_is_refused_leaves_no_card(open_page, monkeypatch):
    def refuse(*arguments):
        raise StudyError("The studies are locked.")

    monkeypatch.setattr(search_actions, "create", refuse)
    page = open_page(PAGE)
    page.button(key="start_search").click().run()
    assert "The studies are locked" in page.error[0].value
    assert not page.get("progress")


def test_the_same_search_asks_before_it_runs_twice(open_page):
    page = open_page(PAGE)
    page.button(key="start_search").click().run()
    page.button(key="start_search").click().run()
    assert "An identical search is running" in page.info[0].value and len(search_actions.names()) == 1
    page.button(key="start_search").click().run()
    assert len(search_actions.names()) == 2


def test_an_address_names_the_model_and_only_recipes_that_fit_are_offered(open_page):
    page = open_page(PAGE, tune_model="cnn")
    assert page.selectbox(key="tune_cnn_recipe").options == ["from the preset", "image"]
    assert page.query_params["tune_model"] in ("cnn", ["cnn"])


def test_a_grid_shows_its_count_and_one_too_large_is_refused(open_page):
    page = open_page(PAGE)
    page.segmented_control(key="tune_sampler_box").set_value("grid").run()
    assert "A grid of 25 combinations" in texts(page)
    page.number_input(key="tune_points").set_value(100).run()
    assert "10,000 combinations, more than 1,000" in texts(page)
    assert not [button for button in page.button if button.key == "start_search"]


def test_nothing_to_search_is_told(open_page):
    page = open_page(PAGE)
    for name in ("C", "gamma"):
        page.toggle(key=f"tune_svm_fast_{name}_searched").set_value(False).run()
    assert "No parameter to search" in texts(page)


def test_no_choice_of_a_searched_parameter_is_told(open_page):
    page = open_page(PAGE)
    page.toggle(key="tune_svm_fast_kernel_searched").set_value(True).run()
    page.multiselect(key="tune_svm_fast_kernel_choices").set_value([]).run()
    assert "`kernel` has no values to search; choose some, or fix the parameter" in texts(page)


def test_an_address_holds_the_form_and_the_figure(open_page, finished):
    asked = {"tune_pruner": "hyperband", "tune_trials": "7", "tune_seed": "3", "tune_figure": "importance"}
    page = open_page(PAGE, search=finished, **asked)
    assert page.selectbox(key="tune_pruner_box").value == "hyperband"
    assert (page.number_input(key="tune_trials").value, page.number_input(key="tune_seed").value) == (7, 3)
    assert "PED-ANOVA" in texts(page)


def test_a_search_that_there_is_not_is_told(open_page, finished):
    assert (
        "There is no search “nosuch”; the newest one is shown instead."
        in open_page(PAGE, search="nosuch").info[0].value
    )


def test_a_finished_search_shows_its_best_and_its_trials(open_page, finished):
    page = open_page(PAGE, search=finished)
    assert page.metric[0].value == "93.00 %"
    assert "the best of 4" in texts(page)
    assert len(page.dataframe[0].value) == 4


WITHOUT_DATA = {
    "Intermediate scores": "No trial has reported an intermediate score yet.",
    "Two parameters": "Search at least two parameters to see this figure.",
}
"""What a figure says of a search of one parameter whose trials reported only their end."""


@pytest.mark.parametrize(
    "figure",
    ["Intermediate scores", "Parallel coordinates", "Two parameters", "Each parameter", "Importance", "Workers"],
)
def test_every_figure_is_drawn(open_page, finished, figure):
    page = open_page(PAGE, search=finished)
    page.segmented_control(key="tune_figure_box").set_value(figure).run()
    assert not page.exception
    (chart,) = [chart for chart in page.get("plotly_chart") if f"figure_{figure}" in chart.proto.id]
    spec = json.loads(chart.proto.spec)
    words = WITHOUT_DATA.get(figure)
    assert (words in chart.proto.spec and not spec["data"]) if words else spec["data"]


def test_the_best_is_promoted_to_one_training_on_all_data(open_page, finished, monkeypatch):
    from core.jobs.queue import TrainingQueue

    monkeypatch.setattr(TrainingQueue, "_send", lambda self, run_id: None)
    page = open_page(PAGE, search=finished)
    page.button(key="promote").click().run()
    assert not page.exception
    from core.runs import registry

    run = registry.all_runs()[0]
    assert run.name == "four trials, best"
    assert run.specification is not None
    assert run.specification.experiment.limit is None
    assert run.specification.parameters["C"] == view(finished).best.parameters["C"]


def test_trials_are_added_and_a_search_paused(open_page, finished):
    page = open_page(PAGE, search=finished)
    page.number_input(key="more_trials").set_value(3)
    page.button(key="add_trials").click().run()
    assert view(finished).budget.trials == 7
    page.button(key="pause_search").click().run()
    assert not page.exception
    assert view(finished).state == "paused"


def test_a_read_only_page_starts_nothing(open_page, finished, monkeypatch):
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    page = open_page(PAGE, search=finished)
    assert page.button(key="start_search").disabled
    assert not [button for button in page.button if button.key in ("promote", "pause_search", "add_trials")]
