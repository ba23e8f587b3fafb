from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.sources import load_dataset
from core.jobs.cluster.executor import Executor
from core.jobs.cluster.table import WorkerRow
from core.jobs.questions.kept import Question
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.catalogue import CATALOGUE
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe_text import text_of
from core.runs import registry
from core.runs.run import Run
from core.ui import session
from core.ui.train import live
from tests.pages.judged_runs import judged_run

pytestmark = pytest.mark.data

Open = Callable[..., AppTest]
TRAIN = "pages/2_Train.py"
PROJECT = Path(__file__).parents[2]
LOGISTIC = "logistic"


class Recorder(Executor):
    """Stands in for the workers: the ledger has what it was asked to run, and nobody runs it."""

    def send(self, job_id: str, function: Any, *arguments: Any) -> None:
        pass

    def cluster_table(self) -> list[WorkerRow]:
        return [
            WorkerRow(
                "0", "10.0.0.2", "tcp://10.0.0.2:4000", "training", 2, 64_000_000, 4 * 10**9, "job", None, "ann", 5
            )
        ]


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr("core.ui.session.Executor", lambda: recorder)
    return recorder


@pytest.mark.parametrize("model", CATALOGUE)
def test_every_model_has_its_controls(open_page: Open, model: str) -> None:
    page = open_page(TRAIN, model=model)
    keys = {widget.key for kind in ("slider", "select_slider", "selectbox", "toggle") for widget in page.get(kind)}
    for field in CATALOGUE[model].parameters.declared():
        assert any(key and key.removesuffix("_box").endswith(f"_{field.name}") for key in keys), field.name


def test_workers_are_told_behind_a_click(open_page: Open) -> None:
    page = open_page(TRAIN)
    assert not page.dataframe
    page.session_state["workers"] = True
    (row,) = page.run().dataframe[0].value.to_dict("records")
    assert (row["machine"], row["takes"], row["memory"], row["runs"]) == ("10.0.0.2", "trainings", 64, "job")


def test_a_click_queues_what_the_sliders_say(open_page: Open, workers: Recorder) -> None:
    page = open_page(TRAIN, model=LOGISTIC, preset_logistic="fast")
    page.slider(key="limit").set_value(500).run()
    page.text_input(key="run_name").set_value("mine").run()
    page.button(key="submit").click().run()
    assert not page.exception
    (run,) = registry.all_runs()
    assert run.specification is not None
    assert (run.name, run.model, run.state) == ("mine", "logistic", State.QUEUED)
    assert run.specification.experiment.limit == 500


def test_seeds_make_a_group(open_page: Open) -> None:
    page = open_page(TRAIN, model=LOGISTIC)
    page.number_input(key="repeats").set_value(3).run()
    page.button(key="submit").click().run()
    runs = registry.all_runs()
    assert sorted(run.specification.seed for run in runs if run.specification) == [0, 1, 2]
    assert len({run.group for run in runs}) == 1


def test_the_same_training_is_offered_instead(open_page: Open) -> None:
    specification = Specification.from_preset("logistic", "default")
    run_id = registry.create(specification, load_dataset().fingerprint, name="before").run_id
    registry.enter(run_id, State.FINISHED)
    page = open_page(TRAIN, model=LOGISTIC)
    assert any("An identical training exists" in info.value for info in page.info)
    assert page.button(key="submit").label == "Train anyway"


def told(page: AppTest) -> str:
    return " ".join(element.value for kind in ("info", "warning", "error") for element in page.get(kind))


def of_a_run(**changes: Any) -> Run:
    """A finished run of a small experiment with settings of its own."""
    experiment = Experiment(limit=777, left_out=(4, 9), wrong_labels=0.125)
    values = {"model": "cnn", "settings": ("epochs=3", "dropout=0.3"), "experiment": experiment, "seed": 5, **changes}
    made = registry.create(Specification.from_preset(**values), load_dataset().fingerprint, name="before")
    registry.enter(made.run_id, State.FINISHED)
    return registry.get(made.run_id)


@pytest.mark.parametrize("changes", [{}, {"model": "svm", "settings": ("C=4",)}, {"experiment": Experiment(limit=12)}])
def test_a_run_trained_again_without_changes_is_the_same_training(open_page: Open, changes: dict[str, Any]) -> None:
    run = of_a_run(**changes)
    page = open_page(TRAIN, **{"from": run.run_id})
    assert "An identical training exists: before" in told(page)
    page.button(key="submit").click().run()
    keys = [again.key for again in registry.all_runs()]
    assert keys == [run.key, run.key]


def test_what_is_changed_of_a_run_is_all_that_changes(open_page: Open) -> None:
    run = of_a_run()
    page = open_page(TRAIN, **{"from": run.run_id})
    page.slider(key=f"limit_{run.short_id}").set_value(1000)
    page.button(key="submit").click().run()
    again = next(made.specification for made in registry.all_runs() if made.run_id != run.run_id)
    assert run.specification is not None
    assert again == run.specification.model_copy(
        update={"preset": None, "experiment": run.specification.experiment.model_copy(update={"limit": 1000})}
    )


def test_a_second_run_brings_its_own_settings(open_page: Open) -> None:
    first, second = of_a_run(model="svm", settings=("C=4",)), of_a_run(model="svm", settings=("C=9",), seed=6)
    page = open_page(TRAIN, **{"from": first.run_id})
    page.query_params["from"] = second.run_id
    page.run()
    assert page.select_slider(key=f"svm_{second.short_id}_C_box").value == "9"
    assert page.number_input(key=f"seed_{second.short_id}").value == 6


@pytest.mark.parametrize("how", ["from", "continue"])
def test_a_run_is_found_by_a_server_that_has_just_started(how: str) -> None:
    run = of_a_run()
    page = AppTest.from_file(str(PROJECT / "Home.py"), default_timeout=60).switch_page(TRAIN)
    page.query_params[how] = run.short_id
    assert session.watcher().runs() is None
    page.run()
    assert page.segmented_control(key=f"preset_cnn_{run.short_id}").value == "from run"
    assert page.number_input(key=f"seed_{run.short_id}").value == 5


@pytest.mark.parametrize("how", ["from", "continue"])
def test_a_run_that_there_is_not_is_told_and_nothing_else_is_trained(open_page: Open, how: str) -> None:
    page = open_page(TRAIN, **{how: "nobody"})
    assert "There is no run 'nobody'" in told(page).replace("\\", "")
    assert not [button for button in page.button if button.key == "submit"]


def test_an_address_names_a_model_by_its_name(open_page: Open) -> None:
    page = open_page(TRAIN, model="cnn")
    assert CATALOGUE["cnn"].summary in [caption.value for caption in page.caption]
    assert page.query_params["model"] in ("cnn", ["cnn"])
    assert "not a valid value" not in told(page)
    page.segmented_control(key="model_box").set_value("svm").run()
    assert "model" not in page.query_params


def test_what_an_address_says_in_vain_is_told(open_page: Open) -> None:
    page = open_page(TRAIN, model="perceptron", seed="-3", limit="500", repeats="many", svm_default_degree="12")
    shown = [warning.value.replace("\\", "") for warning in page.warning if "address" in warning.value]
    assert shown == [
        "“seed=-3” in the address is not a valid value; the setting is now 0.",
        "“repeats=many” in the address is not a valid value; the setting is now 1.",
        "“svm_default_degree=12” in the address is not a valid value; the setting is now 5.",
        "“model=perceptron” in the address is not a valid value; the setting is now Support vector machine.",
    ]
    assert page.slider(key="limit").value == 500


def test_seeds_to_repeat_are_in_the_address(open_page: Open) -> None:
    page = open_page(TRAIN, model=LOGISTIC, repeats="4")
    assert page.button(key="submit").label == "Train 4 times"


def test_only_recipes_that_the_model_takes_are_offered(open_page: Open) -> None:
    assert open_page(TRAIN, model="cnn").selectbox(key="cnn_default_recipe").options == ["from the preset", "image"]
    assert "image" not in open_page(TRAIN, model="svm").selectbox(key="svm_default_recipe").options


def test_the_recipe_of_the_lab_is_trained_with(open_page: Open) -> None:
    text = "blur(sigma=1.2).normalise.reshape.pca(n_components=40)"
    page = open_page(TRAIN, model=LOGISTIC, lab=text)
    page.button(key="submit").click().run()
    (run,) = registry.all_runs()
    assert run.specification is not None
    assert text_of(run.specification.recipe.steps) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("blur.normalise.reshape", "network takes images, not rows"), ("nonsense", "There is no step 'nonsense'")],
)
def test_a_recipe_of_the_lab_that_cannot_be_trained_with_is_told(open_page: Open, text: str, sentence: str) -> None:
    page = open_page(TRAIN, model="cnn", lab=text)
    assert sentence in told(page).replace("\\", "")
    assert page.selectbox(key="cnn_default_recipe").value == "from the preset"


def test_the_degree_of_a_kernel_without_one_is_disabled(open_page: Open) -> None:
    page = open_page(TRAIN, model="svm")
    assert page.slider(key="svm_default_degree").disabled
    assert page.slider(key="svm_default_degree").help.endswith("Has no effect while kernel is rbf.")
    page.selectbox(key="svm_default_kernel").set_value("poly").run()
    assert not page.slider(key="svm_default_degree").disabled


def test_a_waiting_job_can_be_cancelled(open_page: Open) -> None:
    run_id = registry.create(Specification.from_preset("logistic"), load_dataset().fingerprint).run_id
    page = open_page(TRAIN)
    page.button(key=f"cancel_{run_id}").click().run()
    assert registry.get(run_id).state is State.CANCELLED


def test_read_only_starts_nothing(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    page = open_page(TRAIN)
    assert page.button(key="submit").disabled
    assert not registry.all_runs()


def test_hostile_names_are_shown_as_they_are(open_page: Open) -> None:
    name = "<img src=x onerror=alert(1)> **bold** [x](http://y)"
    registry.create(Specification.from_preset("logistic"), load_dataset().fingerprint, name=name)
    page = open_page(TRAIN)
    shown = next(text.value for text in page.markdown if "img" in text.value)
    assert r"\<img" in shown
    assert r"\*\*bold\*\*" in shown


def test_an_instant_preset_is_fitted_as_its_sliders_move_and_stores_no_run(
    open_page: Open, workers: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Question] = []
    states: dict[str, str] = {}
    answers: dict[str, dict[str, np.ndarray]] = {}
    monkeypatch.setattr(live, "ask", lambda executor, question, owner: asked.append(question))
    monkeypatch.setattr(
        live, "question_state", lambda executor, question: (states.get(question.key, "unasked"), "no space")
    )
    monkeypatch.setattr(live, "answer", lambda question: answers.get(question.key))
    page = open_page(TRAIN, model="fourier", preset_fourier="instant")
    (first,) = asked
    assert '"n_components":1024' in first.arguments[0]
    assert any("Fitting" in caption.value for caption in page.caption)

    states[first.key] = "running"  # let finish; the newest is asked afterwards
    page.number_input(key="seed").set_value(3).run()
    assert asked == [first]
    states[first.key] = "answered"
    page.run()
    newest = asked[-1]
    assert len(asked) == 2 and newest != first

    answers[newest.key] = {"confusion": np.diag([50] * 10) + np.eye(10, k=1, dtype=np.int64), "seconds": np.array(0.42)}
    page.run()
    assert not page.exception
    assert [metric.value for metric in page.metric] == ["98.23 %", "9 of 509", "0.4 s"]
    assert not registry.all_runs() and not ledger().records()


def test_a_preview_that_fails_says_why_and_is_not_asked_again(
    open_page: Open, workers: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "ask", lambda *arguments: pytest.fail("asked again"))
    monkeypatch.setattr(live, "question_state", lambda executor, question: ("failed", "The worker ran out of memory."))
    page = open_page(TRAIN, model="svm", preset_svm="instant")
    assert r"The worker ran out of memory\." in [error.value for error in page.error]


def test_other_presets_are_fitted_live_only_when_asked_for(open_page: Open, workers: Recorder) -> None:
    page = open_page(TRAIN, model="svm")
    (toggle,) = [entry for entry in page.toggle if entry.label == "Train as I move the sliders"]
    assert not toggle.value
    assert [entry.label for entry in open_page(TRAIN, model="forest").toggle] == ["Linear discriminants"]


def test_a_training_that_ended_on_another_page_of_this_visit_is_listed(open_page: Open) -> None:
    page = open_page("pages/3_Tune.py")
    run = judged_run(name="best of the search")
    session.watcher().refresh()
    page.switch_page(TRAIN).run()
    assert not page.exception
    assert "best of the search" in " ".join(line.value for line in page.markdown)
    assert page.button(key=f"away_{run.run_id}")
