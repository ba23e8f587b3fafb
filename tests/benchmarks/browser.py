"""What somebody in front of the browser waits for, measured in Chromium.

Each measurement is an endless iterator of seconds, so that two apps can take turns (`alternate`) and ratios come from
the same minutes of the same machine. Clocks run in the page, from the event to the frame that shows the change, and
so leave out what driving the browser costs.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import WorkError
from tests.benchmarks.servers import App, chromium, free_port, serving, start, stop, wait_until_listening

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, ViewportSize

__all__ = [
    "alternate",
    "chromium",
    "click_cell",
    "click_to_change",
    "page_switch",
    "pen_to_prediction",
    "take",
    "time_to_usable",
]

VIEWPORT: ViewportSize = {"width": 1280, "height": 720}
WAIT_SECONDS = 180.0
STROKES = 3  # of a drawing, then the page is loaded anew: nobody's digit has more
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'

OPENING = "Opening the run registry"
"""What our pages say for the first seconds of a server; when it is open they run again, which may swallow a click."""

WATCH = Path(__file__).with_name("watch.js")

# Where a cell of a confusion matrix is on the screen; Plotly's own axes say it. Totals are at 10.
CELL = """(plot, [true_digit, predicted]) => {
  const {xaxis, yaxis} = plot._fullLayout;
  const box = plot.getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.d2p(predicted), box.top + yaxis._offset + yaxis.d2p(true_digit)];
}"""

# Whether the chart sees the mouse on a cell, and a click on it would be a single one.
IS_OVER = """([plot, true_digit, predicted]) =>
  (plot._hoverdata || []).some(point => point.x === predicted && point.y === true_digit)
  && Date.now() - (plot._mouseDownTime || 0) > plot._context.doubleClickDelay"""


def time_to_usable(browser: Browser, app: App, ready: str) -> Iterator[float]:
    """Measure seconds from `streamlit run` until the CSS selector `ready` is shown, caches cold."""
    while True:
        with (
            tempfile.TemporaryDirectory(prefix="digit-lab-", ignore_cleanup_errors=True) as home,
            closing(browser.new_context(viewport=VIEWPORT)) as context,
        ):
            page = context.new_page()
            port = free_port()
            started = time.perf_counter()
            server = start(app, port, Path(home))
            try:
                wait_until_listening(server, port, Path(home) / "server.log")
                page.goto(f"http://localhost:{port}", wait_until="commit")
                page.wait_for_selector(ready, state="visible", timeout=WAIT_SECONDS * 1000)
                seconds = time.perf_counter() - started
            finally:
                page.close()
                stop(server)
        yield seconds


def page_switch(browser: Browser, app: App, pages: Mapping[str, str], home: Path | None = None) -> Iterator[float]:
    """Yield seconds from the click in the sidebar until the page is drawn and idle, every page having been seen before.

    Parameters
    ----------
    browser : Browser
        From `chromium()`.
    app : App
        The app that is measured.
    pages : mapping of str to str
        Text of the link in the sidebar -> CSS selector of what that page shows when it is ready.
    home : Path, optional
        `DIGITLAB_HOME` of the server: a folder with 100 runs, say.
    """
    with open_page(browser, app, "", home) as page:
        for link, ready in pages.items():
            switch(page, link, ready)
        for link, ready in cycle(pages.items()):
            yield switch(page, link, ready)


def pen_to_prediction(
    browser: Browser, app: App, answer: str, path: str = "/Draw", home: Path | None = None
) -> Iterator[float]:
    """Yield seconds from pen up to the change of what the CSS selector `answer` shows.

    With 1 to 3 strokes on the canvas.
    """
    with open_page(browser, app, path, home) as page:
        for turn in count():
            if turn % STROKES == 0:
                page.reload()
                page.locator(".upper-canvas").wait_for(timeout=WAIT_SECONDS * 1000)
            yield timed(page, "mouseup", answer, partial(draw_line, page, 0.2 + 0.2 * (turn % STROKES)))


def click_to_change(
    browser: Browser,
    app: App,
    path: str,
    act: Callable[[Page, int], None],
    changes: str,
    event: str = "mouseup",
    home: Path | None = None,
) -> Iterator[float]:
    """Measure seconds from an act (a click, a slider's move) to the change of what `changes` shows.

    Parameters
    ----------
    browser, app, home
        As in `page_switch`.
    path : str
        Of the page, "/Errors" for example.
    act : callable
        Gets the page and the number of the turn, and does something different from the turn before.
    changes : str
        CSS selector of the element whose words, pictures or shapes change.
    event : str
        The browser's event that starts the clock: "mouseup", or "keydown" for a slider moved by arrow keys.
    """
    with open_page(browser, app, path, home) as page:
        page.wait_for_selector(changes, timeout=WAIT_SECONDS * 1000)
        for turn in count():
            yield timed(page, event, changes, partial(act, page, turn))


def take(seconds: Iterator[float], repeats: int) -> list[float]:
    """Return the first `repeats` measurements; closes the server behind them."""
    with closing(seconds):  # type: ignore[type-var]
        return list(islice(seconds, repeats))


def alternate(first: Iterator[float], second: Iterator[float], repeats: int) -> tuple[list[float], list[float]]:
    """Return `repeats` measurements of each of two, by turns; closes both."""
    with closing(first), closing(second):  # type: ignore[type-var]
        pairs = list(islice(zip(first, second, strict=False), repeats))
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


@contextmanager
def open_page(browser: Browser, app: App, path: str, home: Path | None) -> Iterator[Page]:
    """Provide a server, and a page of it that is idle."""
    with serving(app, home) as address, closing(browser.new_context(viewport=VIEWPORT)) as context:
        page = context.new_page()
        page.add_init_script(path=WATCH)
        page.goto(address + path)
        wait_until_idle(page)
        page.get_by_text(OPENING).wait_for(state="hidden", timeout=WAIT_SECONDS * 1000)
        yield page
        page.close()


def wait_until_idle(page: Page) -> None:
    """Wait until the page's script has run to its end."""
    page.wait_for_selector(IDLE, timeout=WAIT_SECONDS * 1000)


def timed(page: Page, event: str, changes: str, act: Callable[[], None]) -> float:
    """Return seconds from the event that the act causes to the change of what the selector shows."""
    wait_until_idle(page)
    page.evaluate("watched => digitLabWatchChange(watched)", [event, changes])
    act()
    return stopped_clock(page)


def switch(page: Page, link: str, ready: str) -> float:
    """Return seconds from the click on a link of the sidebar until its page is ready and idle."""
    wait_until_idle(page)
    page.evaluate("watched => digitLabWatchRun(watched)", ["mouseup", ready, IDLE])
    page.get_by_test_id("stSidebarNavLink").filter(has_text=link).click()
    return stopped_clock(page)


def stopped_clock(page: Page) -> float:
    """Return seconds on the clock in the page; raises WorkError when there was nothing to see for three minutes."""
    from playwright.sync_api import Error

    try:
        seconds: float = page.evaluate("window.digitLabTiming")
    except Error as error:
        raise WorkError(f"The browser did not see on {page.url} what was to be measured: {error.message}") from error
    return seconds


def click_cell(page: Page, plot: Locator, true: int, predicted: int) -> None:
    """Click a cell of a confusion matrix as a hand does; 10 stands for the totals at its margin.

    Plotly selects the point that it last saw under the mouse, and looks at most every 50 ms: a click in the millisecond
    after the mouse's move may select the cell of the click before, which changes nothing.
    """
    page.mouse.move(*plot.evaluate(CELL, [true, predicted]))
    page.wait_for_function(IS_OVER, arg=[plot.element_handle(), true, predicted])
    page.mouse.down()
    page.mouse.up()


def draw_line(page: Page, place: float) -> None:
    """Draw a short vertical stroke on the canvas, `place` (0..1) of its width from the left."""
    box = page.locator(".upper-canvas").bounding_box()
    if box is None:
        return
    page.mouse.move(box["x"] + place * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + place * box["width"], box["y"] + 0.7 * box["height"], steps=10)
    page.mouse.up()
