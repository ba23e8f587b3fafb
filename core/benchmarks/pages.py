"""How long people wait for a page, beside the floor app: the same widgets with no work behind them."""

from __future__ import annotations

from core.benchmarks.browser import alternate, page_switch, pen_to_prediction, time_to_usable
from core.benchmarks.row import Row
from core.benchmarks.servers import DIGIT_LAB, FLOOR, chromium

TABLE = '[data-testid="stDataFrame"]'
ANSWER = ".st-key-prediction"
SWITCHES = {"Draw": ".upper-canvas", "Errors": ".js-plotly-plot", "Home": TABLE}


def run(quick: bool, final: bool) -> list[Row]:
    """First page, page switch, and pen up to prediction, in Chromium; ours and the floor app's by turns."""
    repeats = 3 if quick else 7
    with chromium() as browser:
        start = alternate(time_to_usable(browser, DIGIT_LAB, TABLE), time_to_usable(browser, FLOOR, TABLE), repeats)
        switch = alternate(
            page_switch(browser, DIGIT_LAB, SWITCHES), page_switch(browser, FLOOR, SWITCHES), 4 * repeats
        )
        pen = alternate(
            pen_to_prediction(browser, DIGIT_LAB, ANSWER), pen_to_prediction(browser, FLOOR, ANSWER), 5 * repeats
        )
    return [
        Row("`streamlit run` until Home's leaderboard is drawn", "s", start[0], FLOOR.name, start[1], 1.5),
        Row("warm page switch", "s", switch[0], FLOOR.name, switch[1], 1.5),
        Row("pen up until the answer shows, 95th percentile", "s", [_p95(pen[0])], FLOOR.name, [_p95(pen[1])], 1.5),
    ]


def _p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
