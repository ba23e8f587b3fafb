"""A home folder on a disk that cannot be written to: every page opens, says so in a sentence, and what ships works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from tests.pages.conftest import PROJECT
from tests.pages.test_readonly import PAGES
from tests.read_only import read_only

WHY = "cannot be written to"


@pytest.fixture
def unwritable(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with nothing in it, as when somebody starts Digit Lab for the first time."""
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    for database_file in home.iterdir():
        database_file.unlink()
    with read_only(home):
        yield home


def opened(script: str) -> AppTest:
    """A page as a browser opens it first, when the watcher of the runs has not told anything yet."""
    page = AppTest.from_file(str(PROJECT / "Home.py"), default_timeout=60)
    if script != "Home.py":
        page.switch_page(script)
    page.run()
    assert not page.exception
    return page


def sentences(page: AppTest) -> list[str]:
    return [shown.value.replace("\\", "") for shown in (*page.error, *page.warning, *page.info)]


@pytest.mark.parametrize("script", ["Home.py", *(pytest.param(name, marks=pytest.mark.slow) for name in PAGES[1:])])
def test_every_page_says_why_in_a_sentence(unwritable: Path, script: str) -> None:
    page = opened(script)
    told = [words for words in sentences(page) if WHY in words]
    assert told, sentences(page)
    assert all(str(unwritable) in words and "DIGITLAB_HOME" in words for words in told)
    assert list(unwritable.iterdir()) == []


@pytest.mark.slow
def test_a_training_is_refused_in_a_sentence(unwritable: Path) -> None:
    page = opened("pages/2_Train.py")
    before = len(sentences(page))
    next(button for button in page.button if button.label == "Train").click().run()
    assert not page.exception
    assert len(sentences(page)) > before and WHY in sentences(page)[-1], sentences(page)
    assert list(unwritable.iterdir()) == []
