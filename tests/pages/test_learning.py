"""See it learn: a run's history replayed, its galleries, and a sentence where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.ledger.states import State
from core.runs import registry
from core.runs.history import HistoryWriter
from core.runs.run import Run
from core.ui import session
from core.ui.components.canvas import INK
from tests.pages.judged_runs import judged_run, learned_run, texts

Open = Callable[..., AppTest]
EPOCHS = 8
STROKE = {"type": "path", "stroke": INK, "strokeWidth": 22, "fill": None, "left": 0, "top": 0,
          "path": [["M", 150, 40], ["Q", 150, 40, 150, 150], ["L", 150, 260]]}  # fmt: skip


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)


@pytest.fixture
def learned() -> Run:
    return learned_run(EPOCHS)


def look(open_page: Open, run: str, **address: str) -> AppTest:
    page = open_page("pages/9_Run.py", run=run, look="see_it_learn", **address)
    assert not page.error
    return page


def component(page: AppTest, key: str) -> dict:
    """What a component of our own was given."""
    (found,) = [it for it in page.get("bidi_component") if f"-{key}" in it.proto.id or key == it.proto.component_name]
    return json.loads(found.proto.json)


def test_the_replay_has_every_epoch_and_the_galleries_count_what_was_learned(open_page: Open, learned: Run) -> None:
    page = look(open_page, learned.run_id)
    content = component(page, "digit_lab_replay")
    labels = "".join(str(label) for label in load_sample().validation.labels)
    assert content["steps"] == list(range(1, EPOCHS + 1)) and content["labels"] == labels
    wrong = [sum(one != two for one, two in zip(row, labels, strict=True)) for row in content["answers"]]
    assert wrong == [9, 8, 7, 7, 5, 4, 3, 2]
    assert {image for image, _ in content["hardest"][-1][:2]} == {0, 1}
    gallery = page.segmented_control(key="learned_box")
    assert [option.content for option in gallery.proto.options] == [
        "Learned last (8)", "Forgotten again (1)", "Never learned (2)"
    ]  # fmt: skip


def test_a_kind_of_image_is_in_the_address(open_page: Open, learned: Run) -> None:
    page = look(open_page, learned.run_id, learned="forgotten")
    assert "a forgetting event (Toneva et al. 2019)" in texts(page)
    label = load_sample().validation.labels[20]
    assert component(page, "digit_lab_sheet")["captions"] == [f"{label} → {label}\n1 ×"]


def test_an_image_opens_with_its_answer_after_each_epoch(open_page: Open, learned: Run) -> None:
    page = look(open_page, learned.run_id)
    page.session_state["learned_opened"] = (learned.run_id, 20)
    page.run()
    assert not page.exception and not page.error
    label = int(load_sample().validation.labels[20])
    assert f"Image 20, a {label}" in [heading.value for heading in page.subheader]
    (answers,) = [it.proto.body for it in page.get("html") if 'class="answers"' in it.proto.body]
    assert answers.count('class="wrong"') == 1 and f">4<b>{(label + 1) % 10}</b>" in answers


def test_a_run_that_was_resumed_is_replayed_to_its_new_end(open_page: Open, learned: Run) -> None:
    look(open_page, learned.run_id)
    right = 4 * np.eye(10, dtype=np.float32)[load_sample().validation.labels]
    HistoryWriter(learned.run_id, "epochs").keep(EPOCHS + 1, EPOCHS + 1, lambda: right)
    registry.enter(learned.run_id, State.FINISHED)
    session.watcher().refresh()
    page = look(open_page, learned.run_id)
    assert component(page, "digit_lab_replay")["steps"] == list(range(1, EPOCHS + 2))
    options = [option.content for option in page.segmented_control(key="learned_box").proto.options]
    assert options == ["Learned last (10)", "Forgotten again (1)", "Never learned (0)"]


def test_the_drawn_digit_goes_on_the_map_with_ten_training_digits(open_page: Open, learned: Run) -> None:
    page = look(open_page, learned.run_id)
    assert component(page, "digit_lab_replay")["mine"] is None
    registry.change(learned.run_id, specification="")  # it has no model file to ask
    session.watcher().refresh()
    page.session_state["drawing-last"] = [STROKE]
    page.toggle(key="mine_on_map").set_value(True).run()
    assert not page.exception and not page.error
    mine = component(page, "digit_lab_replay")["mine"]
    assert len(mine["pictures"]) == len(mine["places"]) == 11 and len(mine["labels"]) == 10


def test_who_has_no_history_says_why(open_page: Open) -> None:
    assert "Shipped models have no stored history" in texts(look(open_page, "cnn"))
    assert "fitted in one piece, so there are no epochs" in texts(look(open_page, judged_run().run_id))
