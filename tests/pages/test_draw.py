"""The page, with a drawing put in the canvas' place: AppTest knows no canvas."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data import load_sample
from core.data.own_digits import own_digits, save
from core.jobs.cluster.execution import JobOutcome
from core.jobs.cluster.executor import Executor
from core.jobs.fine_tuning import FineTuned
from core.jobs.training import run_training
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped
from core.models.specification import Specification
from core.permissions import local_user
from core.preprocessing.experiments import Experiment
from core.runs import registry

Open = Callable[..., AppTest]
DRAW = "pages/7_Draw.py"


def line(*places: tuple[float, float]) -> dict[str, Any]:
    """A pen line through places in canvas pixels, as the canvas returns it."""
    path = [["M", *places[0]], *(["L", *place] for place in places[1:])]
    middle = [(min(values) + max(values)) / 2 for values in zip(*places, strict=True)]
    return {
        "type": "Path", "originX": "center", "originY": "center", "left": middle[0], "top": middle[1],
        "stroke": "#101820", "strokeWidth": 22, "fill": None, "path": path,
    }  # fmt: skip


SEVEN = line((70, 70), (220, 70), (215, 85), (140, 260))
FOUR = line((60, 60), (40, 160), (140, 160)), line((110, 70), (110, 260))
SCRAWL = line(
    (40, 60), (250, 250), (60, 240), (240, 50), (140, 30), (30, 180), (260, 150), (120, 280), (170, 20), (90, 200)
)


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put strokes on the canvas."""

    def draw_it(*strokes: dict[str, Any]) -> None:
        monkeypatch.setattr("core.ui.draw.input.drawing_canvas", lambda key: {"objects": list(strokes)})

    monkeypatch.setattr("core.ui.draw.input.drawing_canvas", lambda key: None)
    return draw_it


def html_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def doubts(page: AppTest) -> list[str]:
    return [warning.value for warning in page.warning if "question_mark" in (warning.icon or "")]


def test_an_empty_canvas_asks_for_a_digit(open_page: Open, draw: Callable[..., None]) -> None:
    page = open_page(DRAW)
    assert any("Draw a digit" in info.value for info in page.info)


def test_a_seven_is_read_by_every_model(open_page: Open, draw: Callable[..., None]) -> None:
    draw(SEVEN)
    page = open_page(DRAW)
    assert 'aria-label="The answer is 7"' in html_of(page)
    assert html_of(page).count('class="voter"') == len({"cnn", "svm", "forest"})
    assert not doubts(page)


def test_two_digits_are_read_from_left_to_right(open_page: Open, draw: Callable[..., None]) -> None:
    first = [line(*[(x * 0.5, y * 0.8) for _, x, y in part["path"]]) for part in FOUR]
    second = line(*[(x * 0.5 + 170, y * 0.8) for _, x, y in SEVEN["path"]])
    draw(*first, second)
    assert 'aria-label="The answer is 47"' in html_of(open_page(DRAW))


@pytest.mark.parametrize(
    ("strokes", "told"),
    [
        ([line((100, 100), (100.02, 100))], "single dot"),
        ([line(*[(20 + 300 * (i % 2), 20 + 6 * i) for i in range(50)])], "filled with ink"),
        ([{"type": "Path", "path": [["M", 1e12, 0]]}], "within 100,000 of zero"),
    ],
)
def test_what_is_no_drawing_gets_a_sentence(
    open_page: Open, draw: Callable[..., None], strokes: list[dict[str, Any]], told: str
) -> None:
    draw(*strokes)
    assert any(told in error.value for error in open_page(DRAW).error)


def test_a_scrawl_is_doubted_and_the_doubt_is_measured(open_page: Open, draw: Callable[..., None]) -> None:
    draw(SCRAWL)
    page = open_page(DRAW)
    assert any("does not look like a digit" in doubt for doubt in doubts(page))
    assert any("The warning is wrong" in caption.value for caption in page.caption)


def test_why_shows_what_mattered_and_where_models_differ(open_page: Open, draw: Callable[..., None]) -> None:
    draw(SEVEN)
    page = open_page(DRAW, why="true")
    told = " ".join(text.value for text in page.markdown) + " ".join(text.value for text in page.caption)
    assert "Which parts of the image the 7 depends on" in told
    assert "They differ most on the" in told
    assert "8 nearest training digits" in told


def test_see_it_think_shows_every_layer_and_what_counts(open_page: Open, draw: Callable[..., None]) -> None:
    draw(SEVEN)
    page = open_page(DRAW, think="true", think_model="cnn")
    parameters = shipped()["cnn"].specification.parameters
    layers = parameters["blocks"] * parameters["convolutions"] + 1
    assert html_of(page).count('class="layer"') == 1 + layers
    assert html_of(page).count('class="more"') == 16 * layers
    assert any("For and against the 7" in text.value for text in page.markdown)
    assert len(page.get("plotly_chart")) == 2


def test_see_it_think_shows_what_pulls_and_what_is_asked(open_page: Open, draw: Callable[..., None]) -> None:
    draw(SEVEN)
    page = open_page(DRAW, think="true", think_model="svm")
    assert any(text.value.startswith("**7 or ") and "for 7." in text.value for text in page.markdown)
    page = open_page(DRAW, think="true", think_model="forest")
    assert any("trees ask" in text.value for text in page.markdown)
    assert len(page.get("plotly_chart")) == 1


def test_see_it_think_without_a_drawing_asks_for_one(open_page: Open, draw: Callable[..., None]) -> None:
    assert any("Draw a digit first" in text.value for text in open_page(DRAW, think="true").caption)


def test_why_without_a_drawing_asks_for_one(open_page: Open, draw: Callable[..., None]) -> None:
    page = open_page(DRAW, why="true")
    assert any(caption.value == "Draw a digit first." for caption in page.caption)


def test_a_digit_breaks_when_it_is_turned(open_page: Open, draw: Callable[..., None]) -> None:
    draw(SEVEN)
    page = open_page(DRAW, **{"break": "true"})
    assert page.get("plotly_chart")
    assert any("predicts 7, but" in caption.value for caption in page.caption)
    page.slider(key="break_rotate").set_value(90.0).run()
    assert not page.exception
    assert "instead of 7" in html_of(page)
    page.button(key="break_mend").click().run()
    assert page.slider(key="break_rotate").value == 0.0


def test_a_validation_digit_breaks_without_a_drawing(open_page: Open, draw: Callable[..., None]) -> None:
    page = open_page(DRAW, **{"break": "true"})
    page.slider(key="break_noise").set_value(1.0).run()
    assert not page.exception
    assert page.number_input(key="break_number").value == 7


class Recorder(Executor):
    """Stands in for the workers: remembers what it was asked, and gives what it was told to."""

    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[tuple[Any, ...]] = []
        self.ended: JobOutcome | None = None

    def submit_later(self, job_id: str, function: Any, *arguments: Any, owner: str, **options: Any) -> None:
        self.enter(job_id, options["kind"], owner=owner, resource="training", title="", retries=0)
        self.submitted.append((function, *arguments))

    def end(self, outcome: JobOutcome) -> None:
        for job in ledger().records(active=True):
            lease = ledger().start(job.id)
            assert lease is not None
            lease.end(outcome.state, outcome.reason)
        self.ended = outcome

    def outcome(self, job_id: str, timeout: float | None = 0) -> JobOutcome | None:
        if not self.submitted:
            raise KeyError(job_id)
        return self.ended

    def forget(self, job_id: str) -> None:
        self.submitted.clear()
        self.ended = None


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr("core.ui.session.Executor", lambda: recorder)
    return recorder


def test_a_correction_joins_my_digits(open_page: Open, draw: Callable[..., None]) -> None:
    draw(SEVEN)
    page = open_page(DRAW)
    page.button(key="own_save").click().run()
    assert page.toast[0].value == "Choose the correct label first."
    page.segmented_control(key="own_label").set_value(1)  # a quick click: the server hears of both at once
    page.button(key="own_save").click().run()
    assert not page.exception
    (kept,) = own_digits(local_user())
    assert (kept.label, kept.held_out, kept.image.shape) == (1, False, (28, 28))
    assert page.segmented_control(key="own_label").value is None  # the next drawing is another digit


def test_my_digits_can_be_deleted(open_page: Open, draw: Callable[..., None], workers: Recorder) -> None:
    for i in range(3):
        save(local_user(), load_sample().train.images[i], 4)
    page = open_page(DRAW, mine="true")
    assert any("2 for training, 1 held out for evaluation" in text.value for text in page.markdown)
    assert page.button(key="own_tune").disabled
    page.button(key="own_delete").click().run()
    assert len(own_digits(local_user())) == 2
    page.checkbox(key="own_sure").check().run()
    page.button(key="own_delete_all").click().run()
    assert not own_digits(local_user())


def test_a_model_of_random_features_learns_my_digits_at_once(
    open_page: Open, draw: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    draw(SEVEN)
    few = Experiment.limited(300)
    specification = Specification.from_preset("fourier", "fast", settings=("n_components=128",), experiment=few)
    run_training(registry.create(specification, load_sample().fingerprint).run_id)
    page = open_page(DRAW)
    page.segmented_control(key="own_label").set_value(1).run()
    page.button(key="own_save").click().run()
    page = open_page(DRAW, more="mine")
    page.select_slider(key="once_times").set_value(1_000).run()
    assert not page.exception
    assert re.search(r"Learned 1 digit in \d+ ms; validation accuracy 9\d\.\d+ % before", captions(page))
    assert any(text.value.startswith("It predicts **1** with probability") for text in page.markdown)


def bar(page: AppTest) -> str:
    """The words above the bar of a job's card."""
    return str(page.get("progress")[0].proto.text)


def captions(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption)


def test_fine_tuning_shows_before_and_after(
    open_page: Open, draw: Callable[..., None], workers: Recorder, home: Any
) -> None:
    draw(SEVEN)
    sample = load_sample().train
    for i in range(42):
        save(local_user(), sample.images[i], i % 2)
    page = open_page(DRAW, mine="true")
    page.button(key="own_tune").click().run()
    ((function, run_id, _, images, _, held_out),) = workers.submitted
    assert (function, run_id, len(images), int(np.sum(held_out))) == ("core.jobs.fine_tuning:fine_tune", "cnn", 42, 20)
    assert "Waiting for a worker" in bar(page)
    folder = shipped()["cnn"].folder
    told = FineTuned(
        read_graph(folder), (folder / "specification.json").read_text(), (0.996, 0.994), (0.5, 0.9), 22, 20
    )
    workers.end(JobOutcome(State.FINISHED, told))
    page.run()
    assert not page.exception
    assert [(metric.value, metric.delta) for metric in page.metric] == [
        ("99.40 %", "-0.20 points, from 99.60 %"),
        ("90.00 %", "+40.00 points, from 50.00 %"),
    ]
    page.run()
    assert any("Your fine-tuned network predicts **7**" in caption.value for caption in page.caption)


def test_a_failed_fine_tuning_says_why(open_page: Open, draw: Callable[..., None], workers: Recorder) -> None:
    workers.submitted.append(("",))
    workers.end(JobOutcome(State.FAILED, reason="The worker ran out of memory."))
    page = open_page(DRAW, mine="true")
    assert any("ran out of memory" in error.value for error in page.error)
