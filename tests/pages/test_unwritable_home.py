"""A home folder on a disk that cannot be written to: every page opens, says so in a sentence, and what ships works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from tests.pages.test_readonly import PAGES
from tests.read_only import read_only

Open = Callable[..., AppTest]
WHY = "cannot be written to"


@pytest.fixture
def unwritable(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with nothing in it, as when somebody starts Digit Lab for the first time."""
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    for database_file in home.iterdir():
        database_file.unlink()
    with read_only(home):
        yield home


def sentences(page: AppTest) -> list[str]:
    return [shown.value for shown in (*page.error, *page.warning, *page.info)]


@pytest.mark.slow
@pytest.mark.parametrize("script", PAGES)
def test_every_page_says_why_in_a_sentence(open_page: Open, unwritable: Path, script: str) -> None:
    page = open_page(script)
    told = [words for words in sentences(page) if WHY in words]
    assert told, sentences(page)
    assert all(str(unwritable) in words and "DIGITLAB_HOME" in words for words in told)
    assert list(unwritable.iterdir()) == []
