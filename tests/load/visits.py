"""What people do in an app, the same in Digit Lab and in the floor app: look around, move sliders, click, draw."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.load.browser import Browser, Widget

PAGES = ("", "Data", "Train", "Tune", "Compare", "Errors", "Trust", "Draw")
ACTIONS = ("page load", "slider", "click", "drawing")
"""What both apps are compared by."""
ACTS_A_PAGE = 4
DIGIT = [(0.3, 0.2), (0.7, 0.2), (0.6, 0.45), (0.5, 0.7), (0.45, 0.85)]
"""A 7 as a polygon, shares of the canvas."""
PEN = 18


@dataclass(frozen=True)
class Places:
    """Where an app has what is acted on: the tab of the Data page with sliders, and the keys of matrix and canvas."""

    tab: str
    matrix: str
    canvas: str


DIGIT_LAB_PLACES = Places(tab="Lab", matrix="matrix", canvas="drawing")
FLOOR_PLACES = Places(tab="", matrix="matrix", canvas="canvas")


async def visit(browser: Browser, places: Places, choose: random.Random) -> AsyncIterator[tuple[str, float]]:
    """Go on for ever: another page, then what can be done on it; what was done, and the seconds until it was drawn."""
    page = ""
    while True:
        page = choose.choice([other for other in PAGES if other != page])
        yield "page load", await browser.open(page)
        if page == "Data" and places.tab:
            yield "tab", await open_tab(browser, places.tab)
        for turn in range(ACTS_A_PAGE):
            if page == "Data":
                yield "slider", await move(browser, browser.find("slider"), choose)
            elif page == "Errors":
                yield "click", await click(browser, browser.find("plotly_chart", f"-{places.matrix}"), choose)
            elif page == "Draw":
                yield "drawing", await draw(browser, browser.find("bidi_component", f"-{places.canvas}"), turn)


async def open_tab(browser: Browser, label: str) -> float:
    """Choose a tab by its label."""

    def change(state: WidgetState) -> None:
        state.string_value = label

    return await browser.act(browser.find("tab_container"), change)


async def move(browser: Browser, slider: Widget, choose: random.Random) -> float:
    """Move a slider by some of its steps."""
    low, high, step = slider.proto.min, slider.proto.max, slider.proto.step or 1
    value = low + step * choose.randint(0, max(1, round((high - low) / step)))

    def change(state: WidgetState) -> None:
        state.double_array_value.data[:] = [min(value, high)]

    return await browser.act(slider, change)


async def click(browser: Browser, matrix: Widget, choose: random.Random) -> float:
    """Click on a cell of the confusion matrix."""
    true, predicted = choose.randrange(10), choose.randrange(10)
    number = 10 * true + predicted
    point = {
        "curve_number": 1, "point_number": number, "point_index": number, "x": predicted, "y": true,
        "customdata": [true, predicted],
    }  # fmt: skip
    selection = {"selection": {"points": [point], "point_indices": [number], "box": [], "lasso": []}}

    def change(state: WidgetState) -> None:
        state.string_value = json.dumps(selection)

    return await browser.act(matrix, change)


async def draw(browser: Browser, canvas: Widget, turn: int) -> float:
    """Lift the pen from a digit; each turn draws it a little elsewhere."""

    def change(state: WidgetState) -> None:
        state.json_value = json.dumps({"drawing": {"raw": drawing(turn), "data": None}})

    return await browser.act(canvas, change)


def drawing(turn: int, side: float = 340.0) -> dict[str, Any]:
    """One stroke as Fabric.js describes it."""
    points = [(side * x + 3 * turn, side * y) for x, y in DIGIT]
    path = [["M", *points[0]]] + [["L", *point] for point in points[1:]]
    across, down = zip(*points, strict=True)
    left, top = min(across) - PEN / 2, min(down) - PEN / 2
    width, height = max(across) - min(across), max(down) - min(down)
    stroke = {
        "type": "path", "version": "4.4.0", "originX": "left", "originY": "top", "left": left, "top": top,
        "width": width, "height": height, "fill": None, "stroke": "#000000", "strokeWidth": PEN, "scaleX": 1,
        "scaleY": 1, "angle": 0, "flipX": False, "flipY": False, "path": path,
    }  # fmt: skip
    return {"version": "4.4.0", "objects": [stroke], "background": "#ffffff"}
