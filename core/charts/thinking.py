"""The last step of a network: ten sums, and the contributions for and against the answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import BAD, GOOD, MARGIN, chart, faint

HEIGHT = 300


def ten_sums(values: np.ndarray) -> go.Figure:
    """Draw the last layer's ten sums, (10,) floats, the largest in full colour."""
    best = int(np.argmax(values))
    figure = chart(HEIGHT, "Digit", "Sum", margin=MARGIN | {"t": 12})
    shades = [GOOD if digit == best else faint(GOOD, 0.45) for digit in range(len(values))]
    figure.add_trace(
        go.Bar(
            x=list(range(len(values))),
            y=values,
            marker={"color": shades},
            hovertemplate="%{x}: %{y:.2f}<extra></extra>",
        )
    )
    return figure.update_xaxes(dtick=1, fixedrange=True).update_yaxes(fixedrange=True)


def contributions(table: pd.DataFrame, answer: int, name: str) -> go.Figure:
    """Draw what matters most for (blue) and against (orange) the answer.

    Parameters
    ----------
    table : as `core.explain.last_layer.Sums.contributions` makes it
    answer : the digit
    name : what an input is called, such as "map"
    """
    rows = table.iloc[::-1]
    figure = chart(HEIGHT, f"Contribution to the sum of the {answer}", margin=MARGIN | {"t": 12})
    figure.add_trace(
        go.Bar(
            x=rows["contribution"],
            y=[f"{name} {number + 1}" for number in rows["input"]],
            orientation="h",
            marker={"color": [GOOD if value >= 0 else BAD for value in rows["contribution"]]},
            hovertemplate="%{y}: %{x:+.2f}<extra></extra>",
        )
    )
    return figure.update_yaxes(type="category", fixedrange=True).update_xaxes(fixedrange=True)
