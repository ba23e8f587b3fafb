from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.sources import load_dataset
from core.permissions import local_user
from core.runs.leaderboard import predictions
from core.ui import session
from core.ui.demo.steps import STEPS
from core.ui.pins import Pin, add, pins

Open = Callable[..., AppTest]
SEVEN = {
    "objects": [
        {
            "type": "Path", "originX": "center", "originY": "center", "left": 145, "top": 165, "stroke": "#101820",
            "strokeWidth": 22, "fill": None, "path": [["M", 70, 70], ["L", 220, 70], ["L", 140, 260]],
        }
    ]
}  # fmt: skip


def texts(page: AppTest) -> str:
    words = [element.value for element in [*page.markdown, *page.caption]]
    return "\n".join([*words, *(element.proto.body for element in page.get("html"))])


def test_the_steps_lead_on_and_back(open_page: Open) -> None:
    page = open_page("Home.py", view="demo")
    for place, step in enumerate(STEPS, start=1):
        assert page.title[0].value == step.title
        assert f"Step {place} of {len(STEPS)}" in texts(page)
        assert not page.error and not page.exception
        if place < len(STEPS):
            page.button(key="demo_next").click().run()
    assert page.button(key="demo_next").disabled
    page.button(key="demo_back").click().run()
    assert page.title[0].value == STEPS[-2].title
    assert page.query_params["step"] == str(len(STEPS) - 1)


@pytest.mark.parametrize(
    ("asked", "shown"), [("3", 3), ("99", len(STEPS)), ("0", 1), ("-1", 1), ("³", 1), ("9" * 5000, 1)]
)
def test_an_address_opens_its_step_and_nothing_else_breaks_it(open_page: Open, asked: str, shown: int) -> None:
    assert open_page("Home.py", view="demo", step=asked).title[0].value == STEPS[shown - 1].title


def test_the_most_confused_pair_is_shown_first(open_page: Open) -> None:
    forest = next(run for run in session.finished() if run.model == "forest")
    data = load_dataset()
    read = predictions(forest, data).of("validation").argmax(axis=1)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (data.validation.labels, read), 1)
    np.fill_diagonal(counts, 0)
    page = open_page("Home.py", view="demo", step="3")
    true, predicted = (int(page.selectbox(key=key).value) for key in ("demo_true", "demo_predicted"))
    assert counts[true, predicted] == counts.max()
    number = "1 validation image" if counts.max() == 1 else f"{counts.max()} validation images"
    assert f"**{number}**" in texts(page)


def test_surer_answers_only_means_more_refused(open_page: Open) -> None:
    page = open_page("Home.py", view="demo", step="5")
    before = int(page.metric[2].value.split()[0].replace(",", ""))
    page.select_slider(key="demo_sure").set_value(99).run()
    assert int(page.metric[2].value.split()[0].replace(",", "")) > before


def test_what_was_drawn_goes_from_step_to_step_until_the_next_visitor(open_page: Open) -> None:
    page = open_page("Home.py", view="demo", step="2")
    assert "from the validation images" in texts(page)
    page.session_state["demo_drawing"] = SEVEN
    page.run()
    assert "Your digit as model input" in texts(page)
    page.button(key="demo_restart").click().run()
    assert page.title[0].value == STEPS[0].title
    assert page.session_state["demo_drawing"] is None
    assert page.session_state["demo_canvas-start"]["objects"] == []


@pytest.mark.parametrize(
    ("model", "shown"), [("cnn", "<b>Layer 1</b>"), ("svm", "support vectors pull towards"), ("forest", "trees ask")]
)
def test_see_it_think_shows_what_happens_inside_beside_the_canvas(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, model: str, shown: str
) -> None:
    monkeypatch.setattr("core.ui.demo.draw.drawing_canvas", lambda key, **options: SEVEN)
    page = open_page("Home.py", view="demo", think_model=model)
    assert shown not in texts(page)
    page.toggle(key="demo_thinking_0").set_value(True).run()
    assert not page.exception and not page.error
    assert shown in texts(page)


def test_see_it_learn_plays_the_shipped_training_and_says_how_to_come_by_one_without(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("Home.py", view="demo", step="6")
    assert page.selectbox(key="demo_learned").options == ["CNN, 8 epochs · shipped"]
    assert not page.info
    monkeypatch.setattr("core.ui.demo.learning.example", lambda: None)
    page.run()
    assert "No training has been stored that can be played" in page.info[0].value


def test_the_next_visitor_finds_nothing_of_the_last(open_page: Open) -> None:
    fresh = of_visitors(open_page("Home.py", view="demo"))
    page = open_page("Home.py", view="demo", step="5")
    page.select_slider(key="demo_sure").set_value(99).run()
    for name, value in {"demo_drawing": SEVEN, "drawing-last": SEVEN["objects"], "demo_canvas-pen": 40}.items():
        page.session_state[name] = value
    page.query_params.update({"step": "3", "demo_true": "4"})
    page.run()
    page.query_params["step"] = "1"
    page.run()
    page.toggle(key="demo_quizzing_0").set_value(True).run()
    assert of_visitors(page) != fresh
    page.button(key="demo_restart").click().run()
    assert of_visitors(page) == fresh
    assert dict(page.query_params) == {"view": "demo"}


LEFT = ("demo_drawing", "demo_canvas-last", "demo_canvas-pen", "drawing-last", "demo_sure", "demo_quizzing_0",
        "demo_quiz", "demo_true", "demo_predicted", "demo_thinking_0")  # fmt: skip


def of_visitors(page: AppTest) -> dict[str, object]:
    """What the session holds of a visitor."""
    held = {name: page.session_state[name] for name in LEFT if name in page.session_state}
    return {name: value for name, value in held.items() if value}


def test_the_quiz_asks_for_a_digit(open_page: Open) -> None:
    page = open_page("Home.py", view="demo")
    page.toggle(key="demo_quizzing_0").set_value(True).run()
    assert "Please draw a" in texts(page)
    assert [metric.value for metric in page.metric] == ["0 of 0"] * 3
    assert page.button(key="demo_count").disabled


def test_a_pinned_view_becomes_a_step(open_page: Open) -> None:
    add(local_user(), Pin(title="Fours <b>as</b> nines", page="Errors", query={"true": ["4"], "predicted": ["9"]}))
    page = open_page("Home.py", view="demo", step=str(len(STEPS) + 1))
    assert f"Step {len(STEPS) + 1} of {len(STEPS) + 1}" in texts(page)
    assert "<b>" not in page.title[0].value
    assert urlsplit(page.get("iframe")[0].proto.src).path.endswith("/Errors")


def test_a_view_is_pinned_from_its_page(open_page: Open) -> None:
    page = open_page("pages/5_Errors.py", true="4", predicted="9")
    page.button(key="pin_open").click().run()
    page.text_input(key="pin_title").set_value("Fours as nines")
    page.button(key="pin_add").click().run()
    (kept,) = pins(local_user())
    assert (kept.title, kept.page) == ("Fours as nines", "Errors")
    assert kept.query["true"] == ["4"] and kept.query["predicted"] == ["9"]


def test_a_read_only_lab_offers_no_pin(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    page = open_page("pages/5_Errors.py")
    assert "pin_open" not in [button.key for button in page.button]
