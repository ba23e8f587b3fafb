from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.explain.support_vectors import SUPPORT_FILE, Support
from core.jobs.committee import make_committee
from core.models.serving.shipped import shipped
from core.runs.leaderboard import find
from tests.pages.judged_runs import judged_run, texts

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)


def inside(open_page: Open, run: str) -> AppTest:
    page = open_page("pages/4_Compare.py", run=run, look="inside")
    assert not page.exception and not page.error
    return page


def test_a_network_shows_filters_and_the_maps_of_a_chosen_digit(open_page: Open) -> None:
    parameters = shipped()["cnn"].specification.parameters
    layers = parameters["blocks"] * parameters["convolutions"] + 1
    page = inside(open_page, "cnn")
    assert f"{parameters['width']} filters of 3 × 3 pixels" in texts(page)
    assert f"**Convolution {layers}**: {parameters['width'] * 2 ** parameters['blocks']} maps of" in texts(page)
    before = len(page.get("image"))
    page.number_input(key="inside_image").set_value(2).run()
    assert not page.exception
    assert len(page.get("image")) == before == 1 + 1 + layers


def test_a_forest_shows_where_it_looks(open_page: Open) -> None:
    page = inside(open_page, "forest")
    assert (
        "measured on up to 500 validation images. The features are gradients: a cell's importance is spread over its "
        in texts(page)
    )
    assert "A linear discriminant's, by what each feature adds to it." in texts(page)
    assert len(page.get("plotly_chart")) == 1


def test_the_shipped_machine_tells_its_support_vectors(open_page: Open) -> None:
    page = inside(open_page, "svm")
    assert "of 55,000 training images" in texts(page)
    assert "full MNIST, which is not available" in texts(page)


def test_support_vectors_are_shown_where_their_images_are(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dataset = load_sample()
    rows = np.arange(0, 4000, 40)
    Support.of(
        rows,
        np.ones(len(rows)),
        positions=np.arange(4000),
        labels=dataset.train.labels,
        fingerprint=dataset.fingerprint,
    ).save(tmp_path / SUPPORT_FILE)
    monkeypatch.setattr("core.ui.run_view.inside_support.model_folder", lambda run: tmp_path)
    page = inside(open_page, "svm")
    assert "100 of 4,000 training images (2.5 %) are support vectors" in texts(page)
    fours = int((dataset.train.labels[rows] == 4).sum())
    assert f"The {fours} with the largest weight, of {fours}" in texts(page)
    (tmp_path / SUPPORT_FILE).unlink()
    assert "were not stored by an earlier version" in texts(inside(open_page, "svm"))


def test_other_kinds_say_what_there_is_to_see(open_page: Open) -> None:
    assert "one number per feature and digit" in texts(inside(open_page, judged_run().run_id))
    committee = make_committee([find("svm", load_sample()), find("forest", load_sample())], load_sample())
    links = [link.proto.query_string for link in inside(open_page, committee.run_id).get("page_link")]
    assert {"run=svm", "run=forest"} <= set(links)
