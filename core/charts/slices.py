"""The share of errors in slices of pictures, beside the share elsewhere."""

from __future__ import annotations

import html

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import MARGIN, TEXT, chart, colour, note, symbol

ROW = 34
NAMED = 120  # pixels for the axis and a legend


def slice_errors(table: pd.DataFrame) -> go.Figure:
    """Draw each model's share of errors in each slice with its 95 % interval, and as a line its share elsewhere.

    Parameters
    ----------
    table : as `core.evaluation.slices.judge_slices` makes it, and `model` and `kind`; the first slice is on top
    """
    order = list(dict.fromkeys(table["slice"]))
    figure = chart(NAMED + ROW * max(3, len(order)), "Errors (%)")
    if table.empty:
        return note(figure, "No slice to show.")
    groups = [(html.escape(str(model)), rows) for model, rows in table.groupby("model", sort=False)]
    for model, rows in groups:
        figure.add_traces([_inside(model, rows), _elsewhere(model, rows)])
    figure.data[-1].showlegend = True  # one entry for all
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=order[::-1])
    figure.update_layout(scattermode="group", scattergap=0.4, margin=MARGIN | {"t": 24 * (1 + len(groups))})
    return figure.update_xaxes(rangemode="tozero")


def _inside(model: str, rows: pd.DataFrame) -> go.Scatter:
    percent, kind = 100 * rows[["share", "low", "high"]], str(rows["kind"].iloc[0])
    return go.Scatter(
        x=percent["share"],
        y=rows["slice"],
        name=model,
        offsetgroup=model,
        mode="markers",
        orientation="h",
        marker={"size": 11, "color": colour(kind), "symbol": symbol(kind)},
        error_x={
            "array": percent["high"] - percent["share"],
            "arrayminus": percent["share"] - percent["low"],
            "symmetric": False,
            "color": colour(kind),
            "thickness": 2,
        },
        customdata=rows[["wrong", "images"]].to_numpy(),
        hovertemplate="<b>%{y}</b>: %{x:.2f} %, %{customdata[0]:,} of %{customdata[1]:,} images",
    )


def _elsewhere(model: str, rows: pd.DataFrame) -> go.Scatter:
    return go.Scatter(
        x=100 * rows["elsewhere"],
        y=rows["slice"],
        name="elsewhere",
        offsetgroup=model,
        mode="markers",
        orientation="h",
        marker={"size": 9, "color": TEXT, "symbol": "line-ns-open", "line": {"width": 2}},
        showlegend=False,
        hovertemplate="all other images: %{x:.2f} %",
    )
