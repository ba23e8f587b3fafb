from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.jobs.committee import make_committee
from core.runs.leaderboard import find
from core.runs.run import Run
from tests.pages.judged_runs import texts

Open = Callable[..., AppTest]
COMPARE = "pages/4_Compare.py"


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)


def a_committee() -> Run:
    return make_committee([find("svm", load_sample()), find("forest", load_sample())], load_sample(), name="both")


def test_chosen_runs_become_a_committee_whose_view_opens(open_page: Open) -> None:
    page = open_page(COMPARE)
    page.text_input(key="committee_name").set_value("the three")
    page.button(key="make_committee").click().run()
    assert not page.exception
    assert page.header[0].value == "the three"
    assert "Ensemble · finished" in texts(page)


def test_one_chosen_run_offers_no_committee(open_page: Open) -> None:
    page = open_page(COMPARE, runs="svm")
    assert [button.key for button in page.button if button.key == "make_committee"] == []


@pytest.mark.parametrize("part", ["Metrics", "Learning", "Inside", "Specification", "Card", "Downloads", "Log"])
def test_its_view_has_every_part(open_page: Open, part: str) -> None:
    run = a_committee()
    page = open_page(COMPARE, run=run.run_id)
    page.session_state["look"] = part
    page.run()
    assert not page.exception and not page.error
    if part == "Specification":
        table = page.dataframe[0].value
        assert table["name"].tolist() == [f"{member.name} ({member.run_id[:8]})" for member in run.committee.members]


def test_errors_shows_it_and_draw_asks_it_as_champion_only(open_page: Open) -> None:
    run = a_committee()
    page = open_page("pages/5_Errors.py", run=run.run_id)
    assert page.selectbox(key="run_box").value == run.run_id
    from core.ui.components.reading import readers

    assert "committee" not in {reader.model for reader in readers()}  # it answers as champion only
