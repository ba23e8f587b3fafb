"""A server and a Chromium for the whole session; a page without console errors for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.benchmarks.servers import DIGIT_LAB, App, chromium, find_chromium, serving

STREAMLIT_PROBES = "/_stcore/"
"""Streamlit looks for its server below the page's own address first, and so logs a 404 on each page but Home."""

WAIT_SECONDS = 60
"""What a page may take on a machine that is busy with other things; nothing waits longer than it must."""

NOWHERE = "http://localhost:9"
"""A proxy that is not there."""

SKIPPED = "No Chromium was found, so the tests in a browser are skipped: install `chromium` to run them."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """A headless Chromium; without one the test is skipped, and fails where CI=true.

    It ends with its module, as Playwright keeps an event loop running that other tests would stumble over.
    """
    pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r tests/requirements.txt")
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)(SKIPPED)
    from playwright.sync_api import expect

    expect.set_options(timeout=WAIT_SECONDS * 1000)
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[App], str]]:
    """Serve an app, once a session, from a home folder of its own; gives its address."""
    running: dict[str, tuple] = {}

    def address(app: App) -> str:
        if app.name not in running:
            server = serving(app, tmp_path_factory.mktemp("home"))
            running[app.name] = (server, server.__enter__())
        return running[app.name][1]

    yield address
    for server, _ in running.values():
        server.__exit__(None, None, None)


@pytest.fixture(scope="module")
def digit_lab(browser, served: Callable[[App], str]) -> str:
    """Address of Digit Lab."""
    return served(DIGIT_LAB)


@pytest.fixture(scope="module")
def on_the_sample(browser, served: Callable[[App], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a Digit Lab that finds no data on the disk, and no network: it works on the sample."""
    bare = str(tmp_path_factory.mktemp("bare"))
    cut_off = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    alone = {"DIGITLAB_DATA_DIR": "", "HOME": bare, "USERPROFILE": bare, "KERAS_HOME": bare, **cut_off}
    return served(App("Digit Lab without a network", DIGIT_LAB.script, alone))


@pytest.fixture
def new_page(browser) -> Iterator[Callable]:
    """Open pages: `new_page(width=390, height=844, color_scheme="dark", touch=True)`; an error on a console fails."""
    contexts, errors = [], []

    def note(message) -> None:
        if message.type == "error" and STREAMLIT_PROBES not in message.location.get("url", ""):
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    def opened(width: int = 1280, height: int = 720, *, color_scheme: str = "light", touch: bool = False):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=color_scheme, has_touch=touch
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_SECONDS * 1000)
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors, "The browser's console says:\n" + "\n".join(errors)


@pytest.fixture
def page(new_page: Callable):
    """A page of 1280 x 720, in light."""
    return new_page()
