"""How long people wait for a page, beside the floor app: the same widgets with no work behind them."""

from __future__ import annotations

from pathlib import Path

from core.benchmarks.browser import alternate, page_switch, pen_to_prediction, time_to_usable
from core.benchmarks.row import Row
from core.benchmarks.servers import App, chromium

PROJECT = Path(__file__).parents[2]
OURS = App("Digit Lab", PROJECT / "Home.py")
FLOOR = App("floor app", PROJECT / "tests" / "browser" / "floor" / "Home.py")
TABLE = '[data-testid="stDataFrame"]'
ANSWER = '[data-testid="stMain"]'
SWITCHES = {"Draw": "canvas", "Errors": ".js-plotly-plot", "Home": TABLE}


def run(quick: bool, final: bool) -> list[Row]:
    """First page, page switch, and pen up to prediction, in Chromium; ours and the floor app's by turns."""
    repeats = 3 if quick else 7
    with chromium() as browser:
        start = alternate(time_to_usable(browser, OURS, TABLE), time_to_usable(browser, FLOOR, TABLE), repeats)
        switch = alternate(page_switch(browser, OURS, SWITCHES), page_switch(browser, FLOOR, SWITCHES), 4 * repeats)
        pen = alternate(
            pen_to_prediction(browser, OURS, ANSWER), pen_to_prediction(browser, FLOOR, ANSWER), 5 * repeats
        )
    return [
        Row("`streamlit run` until Home's leaderboard is drawn", "s", start[0], FLOOR.name, start[1], 1.5),
        Row("warm page switch", "s", switch[0], FLOOR.name, switch[1], 1.5),
        Row("pen up until the answer shows, 95th percentile", "s", [_p95(pen[0])], FLOOR.name, [_p95(pen[1])], 1.5),
    ]


def _p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
