"""A map of digits in the plane, one colour a digit; each dot can be clicked, each area selected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import SERIES, chart, note

MARKS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "triangle-down", "pentagon", "star", "hexagram")
"""A mark a digit, so that the map does not depend on colour alone."""
RING, LARGE, SMALL = 0.17, 0.09, 0.065
"""Radius of the ring around a drawn digit, and the pictures on it, as shares of the map's side."""


def embedding_map(table: pd.DataFrame, x_title: str, y_title: str) -> go.Figure:
    """Draw a dot a digit, for `st.plotly_chart(on_select=...)`.

    Parameters
    ----------
    table : `x`, `y`, `digit` (0..9) and `position`, which every dot carries as `customdata[0]`
    x_title, y_title : what the axes are
    """
    figure = chart(560, x_title, y_title, clickmode="event+select", dragmode="lasso", hovermode="closest")
    figure.update_layout(margin={"t": 84, "l": 40, "b": 40})  # the legend stands below the mode bar; no ticks
    if table.empty:
        return note(figure, "No digits to show.")
    for digit in sorted(set(table["digit"])):
        figure.add_trace(_dots(int(digit), table[table["digit"] == digit]))
    figure.update_layout(legend={"itemsizing": "constant", "title": {"text": "Digit"}})
    return figure.update_xaxes(showticklabels=False, showgrid=False).update_yaxes(
        showticklabels=False, showgrid=False, scaleanchor="x"
    )


def _dots(digit: int, rows: pd.DataFrame) -> go.Scattergl:
    return go.Scattergl(
        x=rows["x"],
        y=rows["y"],
        name=str(digit),
        mode="markers",
        marker={"color": SERIES[digit], "symbol": MARKS[digit], "size": 6, "opacity": 0.75},
        unselected={"marker": {"opacity": 0.15}},
        customdata=rows[["position"]].to_numpy().tolist(),  # an array would come back from a click as a mapping
        hovertemplate=f"a {digit}, image %{{customdata[0]:,}}<extra></extra>",
    )


def with_digit(figure: go.Figure, places: np.ndarray, pictures: Sequence[str], *, dark: bool = False) -> go.Figure:
    """Add a digit to a map, in a ring of others; a line leads from each picture to its own place.

    Parameters
    ----------
    places : (k + 1, 2) floats
        Of the digit, then of the others.
    pictures : k + 1 addresses of images
    dark : for the dark theme
    """
    side, others = _side(figure), len(places) - 1
    angles = np.pi / 2 - 2 * np.pi * np.arange(others) / max(1, others)
    spots = np.vstack([places[:1], places[0] + RING * side * np.stack([np.cos(angles), np.sin(angles)], axis=1)])
    lines = np.stack([places, spots, np.full_like(spots, np.nan)], axis=1).reshape(-1, 2)  # a gap after each
    figure.add_trace(
        go.Scatter(
            x=lines[:, 0], y=lines[:, 1], mode="lines", showlegend=False,
            hoverinfo="skip", line={"color": "#ffffff" if dark else "#101820", "width": 1.5},
        )
    )  # fmt: skip
    reach = spots[:, None] + SMALL * side * np.array([[-1, -1], [1, 1]])  # pictures do not widen the axes, marks do
    figure.add_trace(
        go.Scatter(
            x=reach[:, :, 0].ravel(), y=reach[:, :, 1].ravel(), mode="markers", showlegend=False, hoverinfo="skip",
            marker={"color": "rgba(0, 0, 0, 0)", "size": 1},
        )
    )  # fmt: skip
    for (x, y), size, picture in zip(spots, [LARGE, *[SMALL] * others], pictures, strict=True):
        figure.add_layout_image(
            source=picture, xref="x", yref="y", x=x, y=y, sizex=size * side, sizey=size * side, xanchor="center",
            yanchor="middle", layer="above",
        )  # fmt: skip
    return figure


def _side(figure: go.Figure) -> float:
    """Return the longer side of what a map covers."""
    drawn = [trace for trace in figure.data if trace.x is not None and len(trace.x)]
    spans = [np.ptp(np.concatenate([trace[axis] for trace in drawn])) for axis in ("x", "y")] if drawn else [1.0]
    return float(max(spans)) or 1.0
