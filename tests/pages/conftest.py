from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.errors import DownloadError

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _fresh_caches(migrated: Path) -> None:
    """Every test meets a server that has just started, with a registry that opens at once."""
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def _no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages fetch MNIST in the background where it is not there; tests leave the network alone."""

    def refuse(*arguments: object, **options: object) -> None:
        raise DownloadError("Tests download nothing.")

    monkeypatch.setattr("core.data.background.download", refuse)


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """Open a page as a browser would, with what its address says, and run it once; nothing may be raised."""

    def open_it(script: str, **address: str) -> AppTest:
        from core.ui import session

        session.watcher().refresh()
        page = AppTest.from_file(str(PROJECT / "Home.py"), default_timeout=60)
        if script != "Home.py":
            page.switch_page(script)
        page.query_params.update(address)
        page.run()
        assert not page.exception
        return page

    return open_it
