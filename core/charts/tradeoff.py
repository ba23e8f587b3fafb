"""What accuracy costs: error against time or size, with the front that nothing beats."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import COLOURS, TEXT, chart, colour, note, symbol
from core.evaluation.pareto import pareto_front

HEIGHT = 460
COSTS: dict[str, str] = {
    "fit_seconds": "Fit time (seconds)",
    "latency_ms": "Latency per digit (milliseconds)",
    "size_mb": "Size of the model file (MB)",
}
"""Columns that can be drawn, and what their axis says."""

LEAST_ERROR = 5e-5  # a log axis has no 0: half an image in 10,000


def error_against(table: pd.DataFrame, cost: str, published: pd.DataFrame | None = None) -> go.Figure:
    """Draw each run's error against one of its costs, both on log axes.

    Parameters
    ----------
    table : a row a run: `name`, `kind`, `error` (0..1), the column `cost`; where present `low`, `high` (of the error,
        0..1) and `elsewhere` (bool: measured on other hardware; drawn grey and never on the front)
    cost : a key of `COSTS`
    published : as `core.evaluation.published.published` makes it; drawn as horizontal lines, for their times are other
        machines'
    """
    figure = chart(HEIGHT, COSTS.get(cost, cost), "Error (% of the images)", hovermode="closest")
    known = _drawable(table, cost)
    if known.empty:
        return note(figure, "No run has this measurement yet.")
    results = [] if published is None else published.sort_values("error", ascending=False).to_dict("records")
    gaps = [1.0, *(above["error"] / below["error"] for above, below in itertools.pairwise(results)), 1.0]
    for place, result in enumerate(results):
        _add_published(figure, result, place, above=gaps[place] >= gaps[place + 1] or place == 0)
    for (kind, elsewhere), runs in known.groupby(["kind", "elsewhere"], sort=False):
        figure.add_trace(_runs(runs, str(kind), bool(elsewhere), cost))
    figure.add_trace(_front(known[~known["elsewhere"]], cost))
    errors = [100 * known["error"], 100 * published["error"] if published is not None else known["error"].head(0)]
    figure.update_yaxes(**log_axis(pd.concat(errors)))
    return figure.update_xaxes(**log_axis(known[cost]))


def _drawable(table: pd.DataFrame, cost: str) -> pd.DataFrame:
    known = table[table[cost].gt(0) & table["error"].notna()]
    elsewhere = known["elsewhere"].astype(bool) if "elsewhere" in known else False
    return known.assign(error=known["error"].clip(lower=LEAST_ERROR), elsewhere=elsewhere)


def _add_published(figure: go.Figure, result: Mapping[str, Any], place: int, *, above: bool) -> None:
    """Draw a line across all costs, named on the side with more room, right, middle and left in turn."""
    percent = 100 * result["error"]
    figure.add_trace(
        go.Scatter(
            x=[1e-9, 1e9],
            y=[percent, percent],
            mode="lines",
            line={"dash": "dot", "width": 1.5, "color": colour(result["kind"])},
            name=result["name"],
            showlegend=False,
            hoverinfo="skip",
        )
    )
    figure.add_annotation(
        text=f"{result['name']} {percent:.3g} %",
        hovertext=f"{result['name']}: {percent:.3g} % of the test images. {result['source']}",
        xref="paper",
        x=1 - place % 3 / 2,
        xanchor=("right", "center", "left")[place % 3],
        y=float(np.log10(percent)),
        yanchor="bottom" if above else "top",
        showarrow=False,
        font={"size": 11},
    )


def _runs(runs: pd.DataFrame, kind: str, elsewhere: bool, cost: str) -> go.Scatter:
    shade = TEXT if elsewhere else colour(kind)
    unit = COSTS.get(cost, cost)
    return go.Scatter(
        x=runs[cost],
        y=100 * runs["error"],
        error_y=_bars(runs, shade),
        mode="markers",
        name=f"{kind} (other hardware)" if elsewhere else kind,
        marker={"color": shade, "symbol": symbol(kind), "size": 11},
        customdata=runs[["name"]].to_numpy(),
        hovertemplate=f"<b>%{{customdata[0]}}</b><br>Error %{{y:.2f}} %<br>{unit}: %{{x:.3~g}}<extra></extra>",
    )


def _bars(runs: pd.DataFrame, shade: str) -> dict[str, object] | None:
    if "low" not in runs or "high" not in runs:
        return None
    above, below = 100 * (runs["high"] - runs["error"]), 100 * (runs["error"] - runs["low"])
    bars = {"array": above.clip(lower=0), "arrayminus": below.clip(lower=0)}
    return bars | {"symmetric": False, "color": shade, "thickness": 1, "width": 0}


def _front(runs: pd.DataFrame, cost: str) -> go.Scatter:
    best = runs[pareto_front(runs, cost, "error")].sort_values(cost)
    return go.Scatter(
        x=best[cost],
        y=100 * best["error"],
        mode="lines",
        line={"color": COLOURS["external"], "width": 2, "shape": "hv"},
        name="Pareto front",
        hoverinfo="skip",
    )


def log_axis(values: pd.Series) -> dict[str, object]:
    """Return the settings of a log axis with room around the values and ticks that read 1, 2, 5, 10."""
    low, high = np.log10(values.min()), np.log10(values.max())
    room = max(0.15, 0.1 * (high - low))
    low, high = float(low - room), float(high + room)
    steps = (1, 2, 5) if high - low < 3 else (1,)
    ticks = [step * 10.0**decade for decade in range(int(low) - 1, int(high) + 2) for step in steps]
    return {"type": "log", "range": [low, high], "tickvals": ticks, "ticktext": [f"{tick:,.6g}" for tick in ticks]}
