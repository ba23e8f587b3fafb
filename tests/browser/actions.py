"""What somebody does in the browser: wait, draw, click on the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.benchmarks import browser

Stroke = Sequence[tuple[float, float]]

ROOM = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const places = [...main.querySelectorAll('button, h1, img, .voter, [data-testid="stMetric"], .js-plotly-plot')];
  return [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth,
          Math.max(0, ...places.map(it => it.getBoundingClientRect().bottom - window.innerHeight))];
}"""
"""By how many pixels the page is too long, too wide, and reaches below the fold."""

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def wait_until_idle(page: Page) -> None:
    """Wait until the page's script has run to its end."""
    page.wait_for_selector(IDLE)


def expect_one_screen(page: Page, what: str = "") -> None:
    """Expect that the page fits on the screen, as soon as what it showed before has gone."""
    with suppress(TimeoutError):
        page.wait_for_function(f"() => ({ROOM})().every(pixels => pixels <= 0)")
    assert page.evaluate(ROOM) == [0, 0, 0], what


def open_page(page: Page, address: str, name: str = "") -> None:
    """Open a page by its name in the address ("" is Home), and wait until it is drawn."""
    page.goto(f"{address}/{name}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    wait_until_idle(page)


def go_to(page: Page, link: str) -> None:
    """Click on a page's link in the sidebar."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=link).click()
    expect(page.get_by_role("heading", level=1, name=link).first).to_be_visible()
    wait_until_idle(page)


def draw(page: Page, *strokes: Stroke) -> None:
    """Draw strokes on the canvas by mouse; each is a list of points (x, y), 0..1 of the canvas from its upper left."""
    canvas = page.locator(".upper-canvas")
    canvas.scroll_into_view_if_needed()
    for stroke in strokes:
        box = canvas.bounding_box()
        assert box is not None, "the canvas is not on the screen"
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=4)
        page.mouse.up()


def click_cell(page: Page, true: int, predicted: int, chart: Locator | None = None) -> None:
    """Click on a cell of the confusion matrix; 10 stands for the totals at its margin."""
    plot = (chart or page).locator(".js-plotly-plot").first
    expect(plot.locator(".scatterlayer .point").first).to_be_attached(timeout=60_000)
    plot.scroll_into_view_if_needed()
    browser.click_cell(page, plot, true, predicted)


def click_digit(page: Page, index: int) -> None:
    """Click on a digit of a sheet, counted from 0."""
    page.locator(f'.digit[data-index="{index}"]').click()


def move_slider(page: Page, label: str, steps: int) -> None:
    """Move a slider by so many steps of its own, by arrow keys, to the right or (negative) to the left."""
    slider = page.get_by_role("slider", name=label).first
    slider.focus()
    for _ in range(abs(steps)):
        slider.press("ArrowRight" if steps > 0 else "ArrowLeft")
