from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.jobs.cluster.executor import Executor
from core.jobs.committee import make_committee
from core.jobs.ensemble_job import build
from core.ledger.current import ledger
from core.ledger.lease import working_under
from core.ledger.states import State
from core.runs.leaderboard import find
from core.runs.run import Run
from core.ui import session
from tests.pages.judged_runs import texts

Open = Callable[..., AppTest]
COMPARE = "pages/4_Compare.py"


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)


def a_committee() -> Run:
    return make_committee([find("svm", load_sample()), find("forest", load_sample())], load_sample(), name="both")


class Here(Executor):
    """Does a job itself, as a worker would, when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting_jobs: dict[str, tuple[Any, ...]] = {}

    def submit_later(self, job_id: str, function: Any, *arguments: Any, owner: str, **options: Any) -> None:
        self.enter(job_id, options["kind"], owner=owner, resource="trial", title=options["title"], retries=0)
        self.waiting_jobs[job_id] = arguments

    def work(self) -> None:
        for job_id, arguments in self.waiting_jobs.items():
            lease = ledger().start(job_id)
            assert lease is not None
            with working_under(lease):
                build(*arguments)
            lease.end(State.FINISHED)


def test_chosen_runs_become_an_ensemble_on_a_card(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    executor = Here()
    monkeypatch.setattr("core.ui.session.Executor", lambda: executor)
    monkeypatch.setattr("core.jobs.ensemble_job.load_expected", lambda fingerprint: load_sample())
    page = open_page(COMPARE)
    assert "make_committee" not in [button.key for button in page.button]  # until it is opened
    page.session_state["ensemble"] = True
    page.run()
    page.text_input(key="committee_name").set_value("the three")
    page.button(key="make_committee").click().run()
    assert not page.exception and not page.error
    page.button(key="make_committee").click().run()  # once more: it is built once
    (job_id,) = executor.waiting_jobs
    assert page.button(key=f"cancel_{job_id}")
    assert "Waiting for a worker" in page.get("progress")[0].proto.text
    executor.work()
    session.watcher().refresh()
    page.run()
    assert not page.exception and not page.error
    assert "the three** · finished in" in texts(page).replace("\\", "")
    made = ledger().record(job_id).progress["run_id"]
    assert any(f"run={made}" in link.proto.query_string for link in page.get("page_link") if link.label == "Open")
    page = open_page(COMPARE, run=made)
    assert page.header[0].value == "the three"
    assert "Ensemble · finished" in texts(page)
    assert re.search(r"(Better|Worse|No better) than \w+ alone on validation", texts(page))


def test_one_chosen_run_offers_no_committee(open_page: Open) -> None:
    page = open_page(COMPARE, runs="svm")
    assert "Build an ensemble" not in [expander.label for expander in page.expander]


@pytest.mark.parametrize("part", ["Metrics", "Learning", "Inside", "Specification", "Card", "Downloads", "Log"])
def test_its_view_has_every_part(open_page: Open, part: str) -> None:
    run = a_committee()
    page = open_page(COMPARE, run=run.run_id, look=part.casefold())
    assert not page.exception and not page.error
    if part == "Specification":
        table = page.dataframe[0].value
        named = {f"{member.name} ({member.run_id[:8]})": member.weight for member in run.committee.members}
        assert dict(zip(table["name"], table["weight"], strict=True)) == named
        assert table["weight"].is_monotonic_decreasing


def test_errors_shows_it_and_draw_asks_it_as_champion_only(open_page: Open) -> None:
    run = a_committee()
    page = open_page("pages/5_Errors.py", run=run.run_id)
    assert page.selectbox(key="run_box").value == run.run_id
    from core.ui.components.reading import readers

    assert "committee" not in {reader.model for reader in readers()}  # it answers as champion only
