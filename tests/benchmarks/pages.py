"""How long people wait for a page, beside the floor app: the same widgets with no work behind them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.benchmarks.row import Row
from core.errors import WorkError
from tests.benchmarks.browser import (
    alternate,
    click_cell,
    click_to_change,
    page_switch,
    pen_to_prediction,
    time_to_usable,
)
from tests.benchmarks.crowd import RUNS, crowded
from tests.benchmarks.servers import DIGIT_LAB, FLOOR, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MANY_RUNS = 1_000
TABLE = '[data-testid="stDataFrame"]'
BOARD = ".st-key-leaderboard"
SWITCHES = {"Draw": ".upper-canvas", "Errors": ".js-plotly-plot", "Compare": TABLE, "Home": BOARD}
CELLS = ((1, 8), (7, 2), (4, 9), (5, 6), (8, 9), (6, 0), (2, 7), (3, 5))
"""True and read digits of the cells that are clicked by turns; the first is none that a model opens with."""

Pair = tuple[list[float], list[float]]


def run(quick: bool, final: bool) -> list[Row]:
    """Return first page, page switch with many runs, pen, click and slider, in Chromium.

    Ours and the floor app's by turns. A row that cannot be measured says so, and the others stand.
    """
    turns, runs, many = (3, 20, 40) if quick else (7, RUNS, MANY_RUNS)
    with tempfile.TemporaryDirectory(prefix="digit-lab-", ignore_cleanup_errors=True) as folder:
        home, full = crowded(Path(folder) / "some", runs), crowded(Path(folder) / "many", many)
        return measured(
            {
                ("`streamlit run` until Home's leaderboard is drawn", 1.25): lambda browser: _start(browser, turns),
                (f"warm page switch with {runs} runs", 1.15): lambda browser: _switch(browser, home, 4 * turns),
                (f"warm page switch with {many:,} runs", 1.5): lambda browser: _switch(browser, full, 4 * turns),
                ("pen up until the answer shows, 95th percentile", 1.0): lambda browser: _p95(
                    _pen(browser, "/Draw", 5 * turns)
                ),
                ("the same on Home", 1.0): lambda browser: _p95(_pen(browser, "/", 5 * turns)),
                (f"a click on the matrix, with {runs} runs", 1.2): lambda browser: _click(browser, home, 2 * turns),
                ("a slider of the Data page", 1.3): lambda browser: _slider(browser, home, 2 * turns),
            }
        )


def measured(rows: Mapping[tuple[str, float], Callable[[Browser], Pair]]) -> list[Row]:
    """Measure each row, by its words and its reach, in a Chromium of its own."""
    return [_row(what, reach, measure) for (what, reach), measure in rows.items()]


def _row(what: str, reach: float, measure: Callable[[Browser], Pair]) -> Row:
    from playwright.sync_api import Error

    print(f"  {what} ...", file=sys.stderr, flush=True)
    try:
        with chromium() as browser:
            ours, floor = measure(browser)
    except (WorkError, Error) as error:
        return Row(what, "s", (), FLOOR.name, reach=reach, failure=str(error).partition("\n")[0])
    return Row(what, "s", ours, FLOOR.name, floor, reach)


def _start(browser: Browser, turns: int) -> Pair:
    return alternate(time_to_usable(browser, DIGIT_LAB, BOARD), time_to_usable(browser, FLOOR, BOARD), turns)


def _switch(browser: Browser, home: Path, turns: int) -> Pair:
    return alternate(page_switch(browser, DIGIT_LAB, SWITCHES, home), page_switch(browser, FLOOR, SWITCHES), turns)


def _pen(browser: Browser, path: str, turns: int) -> Pair:
    ours, floor = (pen_to_prediction(browser, app, ".st-key-prediction", path) for app in (DIGIT_LAB, FLOOR))
    return alternate(ours, floor, turns)


def _click(browser: Browser, home: Path, turns: int) -> Pair:
    ours = click_to_change(browser, DIGIT_LAB, "/Errors", _cell, ".st-key-images", home=home)
    return _warm(ours, click_to_change(browser, FLOOR, "/Errors", _cell, ".st-key-pictures"), turns)


def _slider(browser: Browser, home: Path, turns: int) -> Pair:
    lab = "/Data?part=Lab&lab=deskew.threshold.normalise.reshape"
    ours = click_to_change(browser, DIGIT_LAB, lab, _press, ".st-key-stages", "keydown", home)
    return _warm(ours, click_to_change(browser, FLOOR, "/Data", _press, ".st-key-picture", "keydown"), turns)


def _warm(ours: Iterator[float], floor: Iterator[float], turns: int) -> Pair:
    """Return without the first of each, which fills caches."""
    pair = alternate(ours, floor, turns + 1)
    return pair[0][1:], pair[1][1:]


def _cell(page: Page, turn: int) -> None:
    page.wait_for_selector(".js-plotly-plot .scatterlayer .point", state="attached")  # drawn, so that clicks count
    click_cell(page, page.locator(".js-plotly-plot").first, *CELLS[turn % len(CELLS)])


def _press(page: Page, turn: int) -> None:
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight" if turn % 2 else "ArrowLeft")  # from its end, where the Lab's first slider stands


def _p95(pair: Pair) -> Pair:
    return _percentile(pair[0]), _percentile(pair[1])


def _percentile(times: list[float]) -> list[float]:
    return [sorted(times)[min(len(times) - 1, round(0.95 * (len(times) - 1)))]]
