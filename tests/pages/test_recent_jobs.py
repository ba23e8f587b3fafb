"""The cards of one's jobs after a reload, which to a server is a new visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.ledger.current import ledger
from core.ledger.states import State
from core.permissions import local_user
from core.ui.components import recent_jobs
from core.ui.remembered import remember
from tests.pages.judged_runs import judged_run, texts

RUNS = "pages/8_Runs.py"

Open = Callable[..., AppTest]


def ask_for_robustness() -> None:
    from core.ui.components.recent_jobs import Asked, note

    note(Asked("Robustness of CNN", ("job",), "Trust", {"chapter": ["robustness"]}))


def links(page: AppTest) -> dict[str, Any]:
    return {link.proto.label: link.proto for link in page.main.get("page_link")}


def work(job_id: str, kind: Any = "question") -> Any:
    ledger().add(job_id, kind, local_user(), title="the robustness of CNN")
    lease = ledger().start(job_id)
    assert lease is not None
    return lease


def test_a_measurement_keeps_its_card_and_its_link_until_it_is_put_away(open_page: Open) -> None:
    lease = work("job")
    assert not AppTest.from_function(ask_for_robustness).run().exception
    link = links(open_page(RUNS))["Open"]
    assert (link.page, link.query_string) == ("Trust", "chapter=robustness")
    lease.end(State.FINISHED)
    page = open_page(RUNS)
    assert "Robustness of CNN" in texts(page) and "Open" in links(page)
    page.button("away_job").click().run()
    assert "Robustness of CNN" not in texts(page)
    assert "Robustness of CNN" not in texts(open_page(RUNS))


def test_a_training_keeps_its_card_with_every_way_on(open_page: Open) -> None:
    run = judged_run(name="just trained")
    work(run.run_id, "training").end(State.FINISHED)
    page = open_page(RUNS)
    assert {"Open", "Errors", "Compare", "Train again"} <= set(links(page))
    page.button(f"away_{run.run_id}").click().run()
    assert "Train again" not in links(page)
    assert "Train again" not in links(open_page(RUNS))


def test_what_ended_long_ago_has_no_card(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    run = judged_run(name="of yesterday")
    for job_id, kind in (("job", "question"), (run.run_id, "training")):
        work(job_id, kind).end(State.FINISHED)
    AppTest.from_function(ask_for_robustness).run()
    monkeypatch.setattr(recent_jobs, "RECENT_SECONDS", 0.0)
    assert not {"Open", "Train again"} & set(links(open_page(RUNS)))


@pytest.mark.parametrize(
    "damaged", [{"title": 3}, [{"title": "no jobs"}], ["?"], [{"title": "", "jobs": [], "page": ""}]]
)
def test_what_was_kept_and_cannot_be_understood_is_left_out(open_page: Open, damaged: Any) -> None:
    for name in (recent_jobs.ASKED, recent_jobs.AWAY):
        remember(local_user(), name, damaged)
    assert "Open" not in links(open_page(RUNS))
