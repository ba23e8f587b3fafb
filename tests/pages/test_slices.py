from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.attributes import attributes
from core.data.sample import load_sample
from core.evaluation.slice_terms import Slice
from core.evaluation.slices import slices
from core.models.catalogue import CATALOGUE
from core.preprocessing.augment import Augmentation
from core.ui.errors.slice_training import address
from tests.pages.judged_runs import judged_run, texts

pytestmark = pytest.mark.data

Open = Callable[..., AppTest]
ERRORS, WORDS = "pages/5_Errors.py", "digits that lean left"


@pytest.fixture(autouse=True)
def _sample_without_shipped_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    monkeypatch.setattr("core.ui.session.shipped_runs", lambda dataset: [])
    monkeypatch.setattr("core.ui.download.show_banner", lambda dataset: None)  # it would fetch MNIST


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """The images of every sheet that the page showed."""
    sheets: list[np.ndarray] = []

    def sheet(images: np.ndarray, captions: list[str], **_: Any) -> None:
        sheets.append(images)

    monkeypatch.setattr("core.ui.errors.images.digit_sheet", sheet)
    return sheets


def leaning() -> Slice:
    split = load_sample().validation
    return next(part for part in slices(attributes(split.images, split.labels)) if part.words == WORDS)


def misread_a_third(rows: np.ndarray, labels: np.ndarray) -> None:
    if len(labels) == len(leaning().members) and (labels == load_sample().validation.labels).all():
        wrong = np.flatnonzero(leaning().members)[::3]
        rows[wrong] = rows[wrong][:, [*range(1, 10), 0]]


def test_a_slice_is_found_and_its_misread_images_are_shown(open_page: Open, shown: list[np.ndarray]) -> None:
    judged_run(misread_a_third)
    page = open_page(ERRORS, by="slices", slice=WORDS)
    images = load_sample().validation.images[np.flatnonzero(leaning().members)[::3]]
    wrong, members = len(images), int(leaning().members.sum())
    assert "plain is worse than elsewhere by more than chance" in texts(page)
    assert f"**Digits that lean left**: {100 * wrong / members:.2f} % wrong, elsewhere 0.00 %." in texts(page)
    assert f"**{wrong} images** of the validation set: {WORDS}, errors only" in texts(page)
    assert {image.tobytes() for image in shown[-1]} <= {image.tobytes() for image in images}
    assert f"{wrong} of {members}" in page.dataframe[0].value["Wrong"].tolist()
    page.toggle(key="correct_too").set_value(True).run()
    assert f"**{members} images** of the validation set: {WORDS}" in texts(page)


def test_a_model_without_a_weak_slice_says_so(open_page: Open) -> None:
    judged_run()
    page = open_page(ERRORS, by="slices")
    assert "is plain worse than elsewhere by more than chance" in texts(page)
    assert not page.dataframe
    page.toggle(key="every_slice").set_value(True).run()
    assert len(page.dataframe[0].value) > 30


def test_two_models_are_compared_by_slice(open_page: Open) -> None:
    judged_run(misread_a_third)
    judged_run(name="better", seed=1)
    page = open_page(ERRORS, by="slices", run="plain", versus="true")
    table = page.dataframe[0].value
    assert {"plain", "better"} <= set(table.columns) and WORDS in table["Slice"].tolist()


def test_a_slice_of_other_images_is_not_an_error(open_page: Open) -> None:
    judged_run()
    page = open_page(ERRORS, by="slices", slice="nothing like it")
    assert page.selectbox(key="slice").value is None


def test_train_opens_with_the_augmentation_of_the_slice(open_page: Open) -> None:
    before = CATALOGUE["cnn"].presets["default"].augmentation
    wanted = Augmentation.model_validate(before.model_dump() | {"shear": 0.33})
    asked = address(None, before, wanted)
    assert asked == {"model": "cnn", "cnn_default_augment_shear": "0.33"}
    page = open_page("pages/2_Train.py", **asked)
    assert page.slider(key="cnn_default_augment_shear").value == 0.33
