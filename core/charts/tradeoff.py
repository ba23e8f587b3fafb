"""What accuracy costs: error against time or size, with the front that nothing beats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import COLOURS, TEXT, chart, colour, note, symbol
from core.evaluation.pareto import pareto_front
from core.models.catalogue import short_title

HEIGHT = 460
COSTS: dict[str, str] = {
    "fit_seconds": "Fit time (seconds)",
    "latency_ms": "Latency per digit (milliseconds)",
    "size_mb": "Size of the model file (MB)",
}
"""Columns that can be drawn, and what their axis says."""

SIDES = (1.0, 0.5, 0.0)
"""Where a published result can be named, as the share of the chart's width."""
NAME_WIDTH, NAME_HEIGHT = 0.25, 0.07
"""What a name takes: a share of the width, and decades of the error to either side."""
LEAST_ERROR = 5e-5  # a log axis has no 0: half an image in 10,000


def error_against(table: pd.DataFrame, cost: str, published: pd.DataFrame | None = None, paper: str = "") -> go.Figure:
    """Draw each run's error against one of its costs, both on log axes.

    Parameters
    ----------
    table : a row a run: `name`, `kind`, `error` (0..1), the column `cost`; where present `low`, `high` (of the error,
        0..1) and `elsewhere` (bool: measured on other hardware; drawn grey and never on the front)
    cost : a key of `COSTS`
    paper : colour of the page, behind the names of published results, which stand on their lines
    published : as `core.evaluation.published.published` makes it; drawn as horizontal lines, for their times are other
        machines'
    """
    figure = chart(HEIGHT, COSTS.get(cost, cost), "Error (% of the images)", hovermode="closest")
    known = _drawable(table, cost)
    if known.empty:
        return note(figure, "No run has this measurement yet.")
    results = [] if published is None else published.sort_values("error", ascending=False).to_dict("records")
    across = log_axis(known[cost])
    marks = _places(known, cost, across["range"])
    for place, result in enumerate(results):
        _add_published(figure, result, _side(place, 100 * result["error"], marks), paper)
    for (kind, elsewhere), runs in known.groupby(["kind", "elsewhere"], sort=False):
        figure.add_trace(_runs(runs, str(kind), bool(elsewhere), cost))
    figure.add_trace(_front(known[~known["elsewhere"]], cost))
    errors = [100 * known["error"], 100 * published["error"] if published is not None else known["error"].head(0)]
    figure.update_yaxes(**log_axis(pd.concat(errors)))
    return figure.update_xaxes(**across)


def _places(known: pd.DataFrame, cost: str, across: Sequence[float]) -> np.ndarray:
    """Return where each run's mark is, (n, 2): the share of the chart's width, 0..1, and log10 of the error in %."""
    low, high = across
    return np.column_stack([(np.log10(known[cost]) - low) / (high - low), np.log10(100 * known["error"])])


def _side(place: int, percent: float, marks: np.ndarray) -> int:
    """Choose the side of a line's name: right, middle and left in turn, but not where it would cover a run's mark."""
    near = marks[np.abs(marks[:, 1] - np.log10(percent)) < NAME_HEIGHT, 0]
    sides = [(place + step) % len(SIDES) for step in range(len(SIDES))]
    free = [side for side in sides if not (np.abs(near - SIDES[side]) < NAME_WIDTH).any()]
    return (free or sides)[0]


def _drawable(table: pd.DataFrame, cost: str) -> pd.DataFrame:
    known = table[table[cost].gt(0) & table["error"].notna()]
    elsewhere = known["elsewhere"].astype(bool) if "elsewhere" in known else False
    return known.assign(error=known["error"].clip(lower=LEAST_ERROR), elsewhere=elsewhere)


def _add_published(figure: go.Figure, result: Mapping[str, Any], side: int, paper: str) -> None:
    """Draw a line across all costs, named at one of three sides."""
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
        x=SIDES[side],
        xanchor=("right", "center", "left")[side],
        y=float(np.log10(percent)),
        yanchor="middle" if paper else "bottom",
        bgcolor=paper or None,
        showarrow=False,
        font={"size": 12},
    )


def _runs(runs: pd.DataFrame, kind: str, elsewhere: bool, cost: str) -> go.Scatter:
    shade = TEXT if elsewhere else colour(kind)
    unit = COSTS.get(cost, cost)
    return go.Scatter(
        x=runs[cost],
        y=100 * runs["error"],
        error_y=_bars(runs, shade),
        mode="markers",
        name=f"{short_title(kind)} (other hardware)" if elsewhere else short_title(kind),
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


def log_axis(values: pd.Series) -> dict[str, Any]:
    """Return the settings of a log axis with room around the values and ticks that read 1, 2, 5, 10."""
    low, high = np.log10(values.min()), np.log10(values.max())
    room = max(0.15, 0.1 * (high - low))
    low, high = float(low - room), float(high + room)
    steps = (1, 2, 5) if high - low < 3 else (1,)
    ticks = [step * 10.0**decade for decade in range(int(low) - 1, int(high) + 2) for step in steps]
    return {"type": "log", "range": [low, high], "tickvals": ticks, "ticktext": [f"{tick:,.6g}" for tick in ticks]}
