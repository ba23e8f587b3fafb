"""Test sets of one's own on the pages: looked at, added, and chosen where models are evaluated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data import test_sets
from core.data.sample import load_sample
from core.models.serving.shipped import shipped
from core.runs.leaderboard import find
from core.runs.model_cache import predictor
from tests.core.data.forms import kaggle
from tests.pages.judged_runs import texts

Open = Callable[..., AppTest]
DATA, ERRORS, TRUST, COMPARE = (f"pages/{name}.py" for name in ("1_Data", "5_Errors", "6_Trust", "4_Compare"))
SAMPLE = load_sample()
IMAGES, LABELS = SAMPLE.test.images[:60], SAMPLE.test.labels[:60].copy()
LABELS[:6] = (LABELS[:6] + 1) % 10


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    monkeypatch.setattr("core.ui.download.start_download", lambda: pytest.fail("no test downloads"))
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch) -> test_sets.OwnTestSet:
    monkeypatch.delenv("DIGITLAB_MODE")
    own = test_sets.save("mine", IMAGES, LABELS, origin="scans.zip", notes=("One picture is blurred.",))
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    return own


def test_a_file_is_looked_at_and_added_under_a_name(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITLAB_MODE")
    monkeypatch.setattr("core.ui.download.show_banner", lambda dataset: None)
    page = open_page(DATA, part="Your own data")
    page.text_input(key="own_path").set_value(str(kaggle(tmp_path, IMAGES, LABELS)))
    next(button for button in page.button if button.label == "Look at it").click().run()
    assert "Recognised: 60 labelled pictures" in texts(page)
    assert test_sets.names() == []
    page.button(key="own_add").click().run()
    assert "A test set's name has up to 40 letters" in page.error[0].value
    page.text_input(key="own_name").set_value("mine")  # a quick click: the server hears of both at once
    page.button(key="own_add").click().run()
    assert not page.exception
    np.testing.assert_array_equal(test_sets.load("mine").split.images, IMAGES)


def test_a_path_that_is_not_there_gets_a_sentence(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITLAB_MODE")
    monkeypatch.setattr("core.ui.download.show_banner", lambda dataset: None)
    page = open_page(DATA, part="Your own data")
    page.text_input(key="own_path").set_value("/nowhere/at/all")
    next(button for button in page.button if button.label == "Look at it").click().run()
    assert "cannot be read" in page.error[0].value
    assert not page.exception


@pytest.mark.parametrize("script", [ERRORS, TRUST, COMPARE])
def test_an_own_test_set_is_chosen_beside_validation_and_test(
    open_page: Open, mine: test_sets.OwnTestSet, script: str
) -> None:
    page = open_page(script, split="mine")
    assert page.selectbox(key="split_box").value == "mine"
    assert f"fingerprint {mine.fingerprint}" in texts(page).replace("\\", "")
    assert "One picture is blurred" in texts(page)


def test_errors_counts_the_own_labels(open_page: Open, mine: test_sets.OwnTestSet) -> None:
    wrong = int((predictor(find("cnn", SAMPLE)).predict(IMAGES) != LABELS).sum())
    page = open_page(ERRORS, split="mine", run="cnn")
    assert f"**{wrong} of 60** mine images" in texts(page)


def test_offline_the_shipped_models_are_shown_on_all_5000_images(open_page: Open) -> None:
    page = open_page(ERRORS, run="cnn")
    assert page.selectbox(key="split_box").value == "full_validation"
    wrong = round(5000 * (1 - shipped()["cnn"].content["metrics"]["validation_accuracy"]))
    assert f"**{wrong} of 5,000** validation images" in texts(page)
    assert "5,000" in texts(open_page("pages/0_Start.py"))


def test_the_banner_is_one_line_and_not_on_draw(open_page: Open) -> None:
    line = "Sample of MNIST: 5,000 of 70,000 images"
    assert [caption.value for caption in open_page(ERRORS).caption if line in caption.value]
    assert line not in texts(open_page("pages/7_Draw.py"))
