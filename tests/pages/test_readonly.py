"""`DIGITLAB_MODE=readonly`: every page shows what there is; whatever is clicked, nothing starts or changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.jobs.tuning import search_actions
from core.ledger.states import State
from core.runs import registry
from core.ui import session
from tests.core.jobs.searching import small_search
from tests.pages.judged_runs import judged_run, misread

Open = Callable[..., AppTest]
PAGES = ("Home.py", *(f"pages/{path.name}" for path in sorted((Path(__file__).parents[2] / "pages").glob("*.py"))))
MUST_NOT_CLICK = ("Train", "Search", "Train anyway", "Import", "Empty the trash", "Fine-tune on my digits")


@pytest.fixture
def looked_at(migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a run and a search in it, opened to be looked at only."""
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    judged_run(misread(4, 9, 5), name="to be seen")
    search_actions.create(small_search(), "to be seen too")
    search_actions.rest(search_actions.load("to be seen too"), State.PAUSED)
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    return migrated


def contents(home: Path) -> dict[str, str]:
    """Everything that matters in a home folder; the databases by what they say."""
    kept = {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file() and path.suffix not in (".lock",) and ".db" not in path.name and "cache" not in path.parts
    }
    runs = {run.run_id: repr(run) for run in registry.all_runs()}
    searches = {name: repr(search_actions.load(name).user_attrs) for name in search_actions.names()}
    return kept | runs | searches


@pytest.mark.parametrize("script", PAGES)
@pytest.mark.slow
def test_no_click_changes_anything(open_page: Open, looked_at: Path, script: str) -> None:
    before = contents(looked_at)
    page = open_page(script)
    assert not [button.label for button in page.button if button.label in MUST_NOT_CLICK and not button.disabled]
    for place in range(len(page.button)):
        page = open_page(script)
        if place < len(page.button) and not page.button[place].disabled:
            page.button[place].click().run()
            assert not page.exception, page.button[place].label
    assert contents(looked_at) == before
    assert session.queue().executor._connection.current() is None
