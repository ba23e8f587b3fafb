from __future__ import annotations

from pathlib import Path

import pytest

from core.ledger.current import ledger
from core.ui.components.asked import elsewhere


def test_jobs_of_two_people_are_two_cards_and_sliders_have_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One card has one owner, and one button that cancels all of it."""
    monkeypatch.setattr("core.ui.session.watcher", lambda: type("Open", (), {"opening": False}))
    for job_id, owner in (("one", "ada"), ("two", "bob"), ("three", "ada")):
        ledger().add(job_id, "question", owner, title="the effect of reviewed labels")
    ledger().add("of a slider", "question", "ada")
    assert [(asked.title, asked.jobs) for asked in elsewhere()] == [
        ("The effect of reviewed labels", ("one", "three")),
        ("The effect of reviewed labels", ("two",)),
    ]
