"""What pages look up is looked up once for all that is drawn together."""

from __future__ import annotations

import pytest

from core.ui import identity, session, shown_errors


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(session, "_opened", lambda: found.append("data") or "data")
    return found


def test_a_look_within_a_look_is_the_same_one(looked: list[str]) -> None:
    with session.one_look():
        session.dataset()
        with session.one_look():
            session.dataset()
        session.dataset()
    assert looked == ["data"]
    session.dataset()
    assert looked == ["data"] * 2


def test_a_fragment_that_runs_again_looks_once(looked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_errors.st, "fragment", lambda show, run_every: show)
    part = shown_errors.fragment(lambda: (session.dataset(), session.dataset()))
    part()
    part()
    assert looked == ["data"] * 2


def test_secrets_are_read_once_for_all_that_asks_who_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(session, "_login_configured", lambda: bool(read.append("secrets")))
    with session.one_look():
        identity.current_user()
        identity.current_actor()
    assert read == ["secrets"]
