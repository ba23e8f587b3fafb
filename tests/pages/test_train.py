from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sources import load_dataset
from core.jobs.table import WorkerRow
from core.models.catalogue import CATALOGUE
from core.models.specification import Specification
from core.runs import registry
from core.runs.run import State

Open = Callable[..., AppTest]
TRAIN = "pages/2_Train.py"
LOGISTIC = CATALOGUE["logistic"].title
"""The address holds what the reader sees."""


class Recorder:
    """Stands in for the workers: remembers what it was asked to run."""

    notice = ""

    def __init__(self) -> None:
        self.submitted: list[tuple[Any, ...]] = []

    def submit(self, job_id: str, function: str, *arguments: Any, owner: str, resource: str) -> None:
        self.submitted.append((job_id, function, arguments, owner, resource))

    def position(self, job_id: str) -> int | None:
        return 1

    def state(self, job_id: str) -> str:
        return "waiting"

    def waiting(self, resource: str = "training") -> list[str]:
        return [job[0] for job in self.submitted]

    def cancel(self, job_id: str) -> bool:
        return True

    def cluster_table(self) -> list[WorkerRow]:
        return [
            WorkerRow("0", "10.0.0.2", "tcp://10.0.0.2:4000", "training", 2, 64_000_000, 4 * 10**9, "job", "ann", 5)
        ]

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr("core.ui.session.Executor", lambda: recorder)
    return recorder


@pytest.mark.parametrize("model", CATALOGUE)
def test_every_model_has_its_controls(open_page: Open, model: str) -> None:
    page = open_page(TRAIN, model=CATALOGUE[model].title)
    keys = {widget.key for kind in ("slider", "select_slider", "selectbox", "toggle") for widget in page.get(kind)}
    for field in CATALOGUE[model].parameters.declared():
        assert any(key and key.endswith(f"_{field.name}") for key in keys), field.name


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
    assert any("has been done before" in info.value for info in page.info)
    assert page.button(key="submit").label == "Train anyway"


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
