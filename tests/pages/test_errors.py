from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.runs import artifacts
from tests.pages.judged_runs import imported_run, judged_run, misread, texts

pytestmark = pytest.mark.data

Open = Callable[..., AppTest]
ERRORS = "pages/5_Errors.py"
HOSTILE = "<img src=x> **bold** [x](http://y)"


class Sheets:
    """Stands for the sheet of digits, and remembers what it was given."""

    def __init__(self) -> None:
        self.images: list[np.ndarray] = []
        self.captions: list[list[str]] = []

    def __call__(self, images: np.ndarray, captions: list[str], key: str, **_: Any) -> None:
        self.images.append(images)
        self.captions.append(captions)


@pytest.fixture(autouse=True)
def _sample_without_shipped_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    monkeypatch.setattr("core.ui.session.shipped_runs", lambda dataset: [])
    monkeypatch.setattr("core.ui.download.show_banner", lambda dataset: None)  # it would fetch MNIST


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> Sheets:
    found = Sheets()
    monkeypatch.setattr("core.ui.errors.images.digit_sheet", found)
    return found


def test_it_opens_on_all_errors_the_surest_first(open_page: Open, sheets: Sheets) -> None:
    judged_run(misread(4, 9, 3))
    page = open_page(ERRORS)
    assert "plain misclassifies **3 of 500** validation images, most often 4 as 9 (3)" in texts(page)
    assert "**3 images** of the validation set: errors only" in texts(page)
    assert sheets.captions == [["4 → 9\n54.0 %", "4 → 9\n52.0 %", "4 → 9\n50.0 %"]]


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_cell_shows_exactly_the_images_that_the_predictions_say(open_page: Open, sheets: Sheets, split: str) -> None:
    def alter(rows: np.ndarray, labels: np.ndarray) -> None:
        misread(4, 9, 3)(rows, labels)
        misread(7, 1, 2)(rows, labels)

    run = judged_run(alter)
    judges = load_sample().evaluation_split(split)
    read = artifacts.predictions(run).of(split).argmax(axis=1)
    asked = {"split": "Test"} if split == "test" else {}
    open_page(ERRORS, true="4", predicted="9", order="Data set order", **asked)
    np.testing.assert_array_equal(sheets.images[-1], judges.images[(judges.labels == 4) & (read == 9)])
    open_page(ERRORS, predicted="1", order="Data set order", **asked)  # a total of errors
    np.testing.assert_array_equal(sheets.images[-1], judges.images[(judges.labels != 1) & (read == 1)])
    open_page(ERRORS, true="7", view="Images", order="Data set order", **asked)  # a total of images
    np.testing.assert_array_equal(sheets.images[-1], judges.images[judges.labels == 7][:24])


def test_the_select_boxes_do_what_a_click_does(open_page: Open, sheets: Sheets) -> None:
    judged_run(misread(4, 9, 3))
    page = open_page(ERRORS)
    page.selectbox(key="true").set_value("4").run()
    page.selectbox(key="predicted").set_value("9").run()
    assert "**3 images** of the validation set: true 4, predicted as 9" in texts(page)
    page.selectbox(key="predicted").set_value("8").run()
    assert "No image matches" in texts(page)


def test_others_are_asked_and_filters_narrow(open_page: Open, sheets: Sheets) -> None:
    judged_run(misread(4, 9, 4), seed=1)
    judged_run(misread(4, 9, 2), name="better", seed=2)
    judged_run(misread(4, 8, 2), name="other", seed=3)
    page = open_page(ERRORS, run="plain", true="4", predicted="9", order="Data set order")
    assert "There is no finished run “plain”" in texts(page)
    page.selectbox(key="run_box").set_value(page.selectbox(key="run_box").options[-1]).run()
    assert "plain misclassifies" in texts(page)
    assert sheets.captions[-1][0].endswith("others 8\xa0×1, 9\xa0×1")
    assert sheets.captions[-1][-1].endswith("others 4\xa0×2")
    page.slider(key="sure").set_value((0, 53)).run()
    assert "**2 images** of the validation set: true 4, predicted as 9, filtered" in texts(page)
    page.slider(key="sure").set_value((0, 100)).run()
    page.selectbox(key="agreement_box").set_value("some").run()
    assert "**4 images**" in texts(page)
    page.multiselect(key="digits").set_value([5]).run()
    assert "No image matches" in texts(page)


def test_an_image_tells_its_story_and_leads_back(open_page: Open, sheets: Sheets) -> None:
    judged_run(misread(4, 9, 3))
    judged_run(name="better", seed=1)
    position = int(np.flatnonzero(load_sample().validation.labels == 4)[1])
    page = open_page(ERRORS, true="4", predicted="9")
    page.selectbox(key="run_box").set_value(page.selectbox(key="run_box").options[-1]).run()
    page.number_input(key="number").set_value(position).run()
    page.toggle(key="why").set_value(True).run()
    told = texts(page)
    assert "A **4** that plain classifies as **9** with probability **52.0 %**; the 4 gets 5.3 %." in told
    assert "Of 2 models 1 reads 9, 1 reads 4." in told
    assert "What the model sees" in told
    assert "has no model" in told  # these runs have predictions only: "why?" says so, and the rest stays
    page.button(key="next").click().run()
    assert "classifies as **9** with probability **50.0 %**" in texts(page)
    page.button(key="back").click().run()
    assert sheets.captions[-1][0].startswith("4 → 9\n54.0 %")


def test_why_shows_what_the_answer_hangs_on_and_the_nearest(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    class Model:
        def predict_proba(self, images: np.ndarray) -> np.ndarray:
            ink = images.reshape(len(images), -1).mean(axis=1) / 255
            return np.column_stack([ink, 1 - ink, *np.zeros((8, len(ink)))])

    monkeypatch.setattr("core.ui.components.image_story.predictor", lambda run: Model())
    judged_run(misread(4, 1, 1))
    position = int(np.flatnonzero(load_sample().validation.labels == 4)[0])
    page = open_page(ERRORS)
    page.number_input(key="number").set_value(position).run()
    told = texts(page.toggle(key="why").set_value(True).run())
    assert "Which parts of the image the 1 depends on" in told
    assert "The 10 nearest training images" in told


def test_why_of_imported_predictions_shows_the_nearest_images(open_page: Open) -> None:
    imported_run(misread(4, 9, 3))
    page = open_page(ERRORS)
    page.number_input(key="number").set_value(int(np.flatnonzero(load_sample().validation.labels == 4)[0])).run()
    page.toggle(key="why").set_value(True).run()
    told = texts(page)
    assert not page.error
    assert "its predictions were imported, so there is no model to predict with" in told
    assert "The 10 nearest training images" in told


def test_lost_and_damaged_predictions_are_told(open_page: Open, sheets: Sheets, home: Path) -> None:
    run = judged_run(misread(4, 9, 3))
    (path,) = home.rglob(artifacts.PREDICTIONS)
    better = judged_run(name="better", seed=1)
    path.write_bytes(b"PK\x03\x04 this is no archive")
    words = open_page(ERRORS, run=run.run_id).error[0].value
    assert rf"plain \({run.short_id}\)\: the stored predictions" in words
    assert r"damaged\. Train it again, or delete it" in words
    path.unlink()
    assert r"has no predictions\.npz" in open_page(ERRORS, run=run.run_id).error[0].value
    assert "Left out, because their predictions cannot be read: plain." in texts(open_page(ERRORS, run=better.run_id))


def test_predictions_of_other_images_are_refused(open_page: Open, home: Path) -> None:
    judged_run()
    (path,) = home.rglob(artifacts.PREDICTIONS)
    rows = np.full((7, 10), 0.1, np.float32)
    artifacts.Predictions(rows, rows).save(path)
    assert "are not those of the 500 validation images" in open_page(ERRORS).error[0].value


def test_a_digit_never_read_and_ties_are_told(open_page: Open, sheets: Sheets) -> None:
    def alter(rows: np.ndarray, labels: np.ndarray) -> None:
        rows[labels == 8] = 0.01
        rows[labels == 8, 3] = 0.46
        rows[labels == 8, 5] = 0.46

    judged_run(alter)
    for view in ("Errors only", "Share of each predicted digit", "Images, on a logarithmic colour scale"):
        page = open_page(ERRORS, view=view)
        assert "It never predicts 8." in texts(page)
        assert "On 50 of them two digits have the same probability" in texts(page)


def test_views_of_two_models_need_two(open_page: Open, sheets: Sheets) -> None:
    judged_run(misread(4, 9, 3), seed=1)
    for view in ("Two models side by side", "Images, minus the other model's"):
        assert "only one has been evaluated" in texts(open_page(ERRORS, view=view))
    judged_run(misread(7, 1, 5), name="other", seed=2)
    page = open_page(ERRORS, view="Two models side by side")
    assert "**3 images** of the validation set: errors only" in texts(page)
    page.radio(key="of_box").set_value(page.radio(key="of_box").options[1]).run()
    assert "**5 images** of the validation set: errors only" in texts(page)


def test_no_error_to_look_at_and_a_hostile_name(open_page: Open) -> None:
    judged_run(name=HOSTILE)
    told = texts(open_page(ERRORS))
    assert r"\<img src=x\> \*\*bold\*\*" in told
    assert "no errors to show" in told


def test_without_a_run_the_way_on_is_shown(open_page: Open) -> None:
    assert "No model has been evaluated on this data yet" in texts(open_page(ERRORS))


def test_nothing_large_stays_in_the_session(open_page: Open, sheets: Sheets) -> None:
    judged_run(misread(4, 9, 30))
    page = open_page(ERRORS, true="4", predicted="9")
    kept = [page.session_state[key] for key in ("images_seen", "matrix_marked", "matrix_clicked", "number", "sheet")]
    assert len(pickle.dumps(kept)) < 1_000
