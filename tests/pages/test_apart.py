"""Two digits apart, on the Errors page: its addresses, its models, and the way between two pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.evaluation.apart import side_table
from core.runs.leaderboard import find, predictions
from tests.pages.judged_runs import judged_run, misread, texts

Open = Callable[..., AppTest]
ERRORS = "pages/5_Errors.py"


@pytest.fixture(autouse=True)
def _on_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)


def test_4_against_9_by_the_shipped_models(open_page: Open) -> None:
    page = open_page(ERRORS, by="apart", first="4", second="9", run="cnn", split="Validation")
    assert [heading.value for heading in page.subheader] == [
        "From 4 to 9", "Nearest to the border", "Pixels that separate them", "Clearest examples",
    ]  # fmt: skip
    assert len(page.dataframe[0].value) == 3
    changes = [caption.value for caption in page.caption if "changes its mind" in caption.value]
    assert changes and changes[0].count("changes its mind") == 3
    dataset = load_sample()
    stored = predictions(find("cnn", dataset), dataset).validation
    own = side_table(dataset.validation.labels, stored, 4, 9)
    nearest = own[own["true"] == 9]["position"].iloc[0]
    other = int(own[own["true"] == 9]["position"].iloc[5])
    again = open_page(ERRORS, by="apart", first="4", second="9", run="cnn", split="Validation", to=str(other))
    assert other != nearest and again.query_params["to"] == str(other)


def test_it_begins_with_the_digits_that_the_model_mixes_up(open_page: Open) -> None:
    run = judged_run(misread(7, 2, 6))
    page = open_page(ERRORS, by="apart", run=run.short_id)
    assert page.subheader[0].value == "From 2 to 7"
    assert "7 predicted as 2" in page.dataframe[0].value.columns


def test_a_picture_of_another_digit_is_not_taken(open_page: Open) -> None:
    labels = load_sample().validation.labels
    wrong = str(int(np.flatnonzero(labels == 1)[0]))
    page = open_page(ERRORS, by="apart", first="4", second="9", run="cnn", **{"from": wrong})
    assert "from" not in page.query_params and "changes its mind" in texts(page)


def test_imported_predictions_have_a_border_and_no_morph(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.shipped_runs", lambda dataset: [])
    judged_run(misread(4, 9, 3))
    monkeypatch.setattr("core.runs.run.Run.has_model", False)
    page = open_page(ERRORS, by="apart", first="4", second="9")
    assert "None of these models can classify new images." in texts(page)
    assert "Nearest to the border" in [heading.value for heading in page.subheader]
