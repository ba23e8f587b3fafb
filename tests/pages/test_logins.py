"""Owner or administrator, by page: what each sees, and what a click does that should not have been possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data import own_digits
from core.data.sample import load_sample
from core.jobs.tuning import search_actions
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import Actor
from core.runs import housekeeping, registry
from core.runs.run import Run
from core.ui import pins
from tests.core.jobs.searching import small_search
from tests.pages.judged_runs import judged_run, misread
from tests.pages.test_hostile_words import strings

Open = Callable[..., AppTest]
ADA, BOB, ROOT = "ada@example.org", "bob@example.org", "root@example.org"
GUARDED = (
    "core.ui.components.job_cards",
    "core.ui.tune.live",
    "core.ui.run_view.actions",
    "core.ui.components.champion",
    "core.ui.compare.keep",
)


@dataclass
class Person:
    """Stands in for `st.user`: who is logged in, or nobody."""

    email: str = ""
    verified: bool = True

    @property
    def is_logged_in(self) -> bool:
        return bool(self.email)

    def get(self, key: str) -> str | bool | None:
        claims = {"email": self.email, "email_verified": self.verified, "name": ROOT, "sub": "1234", "iss": "test"}
        return claims.get(key) if self.email else None


@pytest.fixture
def log_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Log somebody in at a server where a login is configured and `root` is an administrator."""
    monkeypatch.setattr("core.ui.session._login_configured", lambda: True)
    monkeypatch.setattr("core.ui.identity._admins", lambda: {ROOT})
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    return lambda email: monkeypatch.setattr(st, "user", Person(email))


def owned(run: Run) -> Run:
    registry.change(run.run_id, owner=ADA)
    return registry.get(run.run_id)


def at_work() -> Run:
    specification = Specification.from_preset("logistic", "fast", seed=4)
    run = registry.create(specification, load_sample().fingerprint, owner=ADA, name="at it")
    ledger().add(run.run_id, "training", ADA)
    ledger().start(run.run_id)
    return registry.get(run.run_id)


@pytest.fixture
def places(migrated: object) -> dict[str, tuple[str, dict[str, str], tuple[str, ...]]]:
    """Each page with something of Ada's, and the keys of the buttons that only she and administrators may use."""
    finished = owned(judged_run(misread(4, 9, 5), name="hers"))
    gone = owned(judged_run(name="thrown away", seed=1))
    housekeeping.delete(gone, actor=Actor(ADA))
    working = at_work()
    search_actions.create(small_search(owner=ADA), "her search")
    return {
        "train": ("pages/2_Train.py", {}, (f"stop_{working.run_id}", f"cancel_{working.run_id}")),
        "tune": ("pages/3_Tune.py", {"search": "her search"}, ("pause_search", "cancel_search", "add_trials")),
        "run": ("pages/4_Compare.py", {"run": finished.run_id}, ("delete", "crown")),
    }


def usable(page: AppTest, keys: tuple[str, ...]) -> list[str]:
    buttons = {button.key: button for button in page.button}
    return [key for key in keys if key in buttons and not buttons[key].disabled]


@pytest.mark.parametrize("place", ["train", "tune", "run"])
def test_buttons_are_for_the_owner_and_administrators(
    open_page: Open, places: dict, log_in: Callable[[str], None], place: str
) -> None:
    script, address, keys = places[place]
    for email in ("", BOB):
        log_in(email)
        page = open_page(script, **address)
        hidden = [key for key in keys if key != "crown"]  # its popover is closed to them
        assert not usable(page, tuple(hidden)), email
    for email in (ADA, ROOT):
        log_in(email)
        assert usable(open_page(script, **address), keys) == list(keys), email


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every page had forgotten to ask who may do what."""
    for module in GUARDED:
        monkeypatch.setattr(f"{module}.may", lambda *arguments, **named: True)


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("place", ["train", "tune", "run"])
def test_a_page_that_forgot_to_ask_changes_nothing(
    open_page: Open, places: dict, log_in: Callable[[str], None], place: str
) -> None:
    """The check is below the page: a click becomes a sentence."""
    script, address, keys = places[place]
    for email in ("", BOB):
        log_in(email)
        for key in keys:
            page = open_page(script, **address)
            if key == "crown":
                page.text_area(key="champion_reason").input("because")
            before = [(job.id, job.state, job.request) for job in ledger().records()], registry.all_runs()
            page.button(key=key).click().run()
            assert any("administrators may" in error.value for error in page.error), (email, key)
            assert ([(job.id, job.state, job.request) for job in ledger().records()], registry.all_runs()) == before


def test_without_a_login_everybody_may(open_page: Open, places: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    for script, address, keys in places.values():
        assert usable(open_page(script, **address), keys) == list(keys)
    (running,) = [job for job in ledger().records(kind="training") if job.state is State.RUNNING]
    assert running.owner == ADA


def test_an_unverified_address_and_a_display_name_give_no_rights(
    open_page: Open, places: dict, log_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who calls themselves `root` is nobody's administrator."""
    log_in(BOB)
    script, address, keys = places["train"]
    for email in (ADA, ROOT):
        monkeypatch.setattr(st, "user", Person(email, verified=False))
        assert not usable(open_page(script, **address), keys), email


def test_a_visitor_looks_and_draws_and_starts_nothing(
    open_page: Open, log_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in("")
    assert open_page("pages/2_Train.py").button(key="submit").disabled
    monkeypatch.setenv("DIGITLAB_VISITORS", "train")
    assert not open_page("pages/2_Train.py").button(key="submit").disabled
    monkeypatch.setenv("DIGITLAB_VISITORS", "draw")
    log_in(BOB)
    assert not open_page("pages/2_Train.py").button(key="submit").disabled


def test_digits_and_pins_are_shown_to_their_owner_alone(open_page: Open, log_in: Callable[[str], None]) -> None:
    own_digits.save(ADA, load_sample().train.images[0], 5)
    pins.add(ADA, pins.Pin(title="what Ada pinned", page="Data", query={}))
    seen = {}
    for who in (ADA, BOB, ""):
        log_in(who)
        digits = [text.value for text in open_page("pages/7_Draw.py", mine="true").markdown]
        demo = open_page("pages/10_Demo.py", step="99")
        seen[who] = (
            any("1 for training" in text for text in digits),
            any("what Ada pinned" in text for text in strings(demo)),
        )
    assert seen == {ADA: (True, True), BOB: (False, False), "": (False, False)}
