"""A map of digits in the plane, one colour a digit; each dot can be clicked, each area selected."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import SERIES, chart, note

MARKS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "triangle-down", "pentagon", "star", "hexagram")
"""A mark a digit, so that the map does not depend on colour alone."""


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
