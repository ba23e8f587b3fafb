"""One colour and one mark for each kind of model, and the look that all charts share, in light and in dark."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

COLOURS: dict[str, str] = {
    "cnn": "#0072B2",
    "svm": "#D55E00",
    "forest": "#009E73",
    "knn": "#CC79A7",
    "logistic": "#8F6B1E",
    "fourier": "#2A9DB5",
    "committee": "#7A5CC0",
    "external": "#7F7F7F",
}
"""Blue, vermillion, green and pink of Okabe and Ito 2008 and four more, all at least 3:1 on white and on near-black
(WCAG 2.2, 1.4.11). Kinds also differ by mark, so that no chart depends on colour alone."""

SYMBOLS: dict[str, str] = {
    "cnn": "circle",
    "svm": "square",
    "forest": "triangle-up",
    "knn": "diamond",
    "logistic": "cross",
    "fourier": "hexagon",
    "committee": "star",
    "external": "x",
}

SERIES: tuple[str, ...] = (*list(COLOURS.values())[:-1], "#B5473C", "#6B8E23", "#A05195")
"""Ten colours for what is not a model: digits, corruptions."""

TEXT = "#757A82"  # read on white (4.3:1) and on near-black (4.4:1)
GRID = "rgba(128, 132, 142, 0.25)"
GOOD, BAD = COLOURS["cnn"], COLOURS["svm"]

Scale = list[list[float | str]]

SEQUENTIAL: Scale = [[0, "#EEF0F4"], [0.25, "#F7C9A3"], [0.6, "#E07B2E"], [1, "#8A2F00"]]
SEQUENTIAL_DARK: Scale = [[0, "#1C2632"], [0.25, "#6B3A1C"], [0.6, "#C96A25"], [1, "#FFC891"]]
DIVERGING: Scale = [[0, "#00507D"], [0.25, "#5CA4CE"], [0.5, "#EEF0F4"], [0.75, "#EE9A5C"], [1, "#A84600"]]
DIVERGING_DARK: Scale = [[0, "#8FD0F5"], [0.25, "#2B76A8"], [0.5, "#1C2632"], [0.75, "#B0601F"], [1, "#FFC891"]]
"""Opaque, so that what is written in a cell reads the same on every page; nothing has the colour of an empty cell."""


def sequential(dark: bool = False, *, falling: bool = False) -> Scale:
    """Return the scale of amounts, from the page's own ground to the strongest; `falling` turns it round."""
    scale = SEQUENTIAL_DARK if dark else SEQUENTIAL
    return [[1 - float(stop), shade] for stop, shade in reversed(scale)] if falling else scale


def diverging(dark: bool = False) -> Scale:
    """Return the scale of differences: blue below zero, orange above."""
    return DIVERGING_DARK if dark else DIVERGING


MARGIN = {"l": 80, "r": 0, "t": 44, "b": 56}
"""Pixels for numbers and a title on either axis and a legend above. Longer names get more (`automargin`), but then
Plotly draws the whole chart a second time. Not in the template, where Streamlit's theme would take its place."""

AXIS = {
    "gridcolor": GRID,
    "linecolor": GRID,
    "zeroline": False,
    "automargin": True,
    "title": {"standoff": 8},
    "separatethousands": True,
    "exponentformat": "none",  # 50,000 and not 50k
}
TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "colorway": SERIES,
        "font": {"color": TEXT, "size": 14, "family": "Source Sans Pro, Source Sans, system-ui, sans-serif"},
        "xaxis": AXIS,
        "yaxis": AXIS,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": {"text": ""}},
        "hoverlabel": {"align": "left", "font": {"size": 13}},
        "uirevision": "kept",
    }
)


def colour(kind: str) -> str:
    """Return colour of a kind of model, as hex; that of `external` for kinds this palette does not know."""
    return COLOURS.get(kind, COLOURS["external"])


def symbol(kind: str) -> str:
    """Return Plotly's name of the mark of a kind of model."""
    return SYMBOLS.get(kind, SYMBOLS["external"])


def faint(hex_colour: str, opacity: float) -> str:
    """Return the colour `#RRGGBB` as `rgba(...)`, opacity 0..1."""
    red, green, blue = (int(hex_colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def chart(height: int, x_title: str = "", y_title: str = "", **layout: Any) -> go.Figure:
    """Make an empty figure in the shared look; its fixed height (pixels) keeps the page from jumping."""
    figure = go.Figure(layout={"template": TEMPLATE, "height": height, "margin": MARGIN} | layout)
    figure.update_xaxes(title_text=x_title)
    figure.update_yaxes(title_text=y_title)
    return figure


def note(figure: go.Figure, text: str) -> go.Figure:
    """Say in the middle of an empty chart why it is empty."""
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure.add_annotation(text=text, showarrow=False, xref="paper", yref="paper", x=0.5, y=0.5)
