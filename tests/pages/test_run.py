"""The page of one run: which images each of its figures is of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.models.serving.shipped import shipped
from core.text import percent
from tests.pages.judged_runs import judged_run, misread

RUN = "pages/9_Run.py"

Open = Callable[..., AppTest]
pytestmark = pytest.mark.data


@pytest.fixture(autouse=True)
def _sample_only(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(home))


def accuracies(page: AppTest) -> list[tuple[str, str, str]]:
    return [(shown.label, shown.value, shown.delta) for shown in page.metric if "accuracy" in shown.label]


def test_beside_the_sample_a_shipped_model_shows_the_figure_of_home_first(open_page: Open) -> None:
    page = open_page(RUN, run="cnn")
    whole = percent(shipped()["cnn"].content["metrics"]["validation_accuracy"])
    first, *common = accuracies(page)
    assert first == ("Validation accuracy", whole, "all 5,000 images")
    assert [(title, images) for title, _, images in common] == [
        ("Validation accuracy", "500 in common"),
        ("Test accuracy", "500 in common"),
    ]


def test_what_is_trained_here_says_its_images_too(open_page: Open) -> None:
    page = open_page(RUN, run=judged_run(misread(4, 9, 10)).run_id)
    assert accuracies(page) == [
        ("Validation accuracy", "98.00 %", "500 images"),
        ("Test accuracy", "98.00 %", "500 images"),
    ]


@pytest.mark.parametrize(("run", "columns"), [("cnn", ["5,000", "500", "500"]), ("", ["500", "500"])])
def test_the_metrics_have_a_column_for_all_images_and_no_empty_row(
    open_page: Open, run: str, columns: list[str]
) -> None:
    page = open_page(RUN, run=run or judged_run().run_id, look="metrics")
    table = page.dataframe[-1].value.set_index("metric")
    assert [title.split()[1] for title in table.columns] == columns
    assert not (table == "–").any(axis=None)
