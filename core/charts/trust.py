"""Whether a model's certainty can be relied on: calibration, precision against recall, refusing to answer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.arrays import BoolArray
from core.charts.palette import BAD, COLOURS, GRID, MARGIN, SERIES, chart, faint

MARKS = ("diamond", "square", "circle")
"""Of the threshold on each curve, so that no two are told apart by colour alone."""
POINTS = 300
"""At most so many points a line: more than a screen shows."""


def reliability_diagram(tables: Mapping[str, pd.DataFrame]) -> go.Figure:
    """Draw how often answers are right against how sure they were; on the diagonal they mean what they say.

    Parameters
    ----------
    tables : name ("before calibration", a model) -> as `core.evaluation.calibration.reliability` makes it
    """
    margin = MARGIN | {"r": 16}  # room for the half of a large mark at 100 %
    figure = chart(440, "Predicted probability (%)", "Accuracy (%)", hovermode="closest", margin=margin)
    figure.add_trace(
        go.Scatter(
            x=[0, 100], y=[0, 100], mode="lines", name="Perfect calibration", line={"dash": "dash", "color": "#80848E"}
        )
    )
    for place, (name, table) in enumerate(tables.items()):
        filled = table[table["images"] > 0]
        sizes = 6 + 22 * np.sqrt(filled["images"] / max(filled["images"].max(), 1))
        figure.add_trace(
            go.Scatter(
                x=100 * filled["confidence"],
                y=100 * filled["accuracy"],
                name=name,
                mode="lines+markers",
                line={"color": SERIES[place % len(SERIES)], "width": 2},
                marker={"size": sizes, "opacity": 0.75},
                customdata=filled[["images"]].to_numpy(),
                hovertemplate="%{customdata[0]:,} images: mean probability %{x:.1f} %, accuracy %{y:.1f} %",
            )
        )
    return figure.update_traces(cliponaxis=False).update_xaxes(range=[0, 100]).update_yaxes(range=[0, 100])


def precision_recall_chart(table: pd.DataFrame, digits: list[int] | None = None) -> go.Figure:
    """Draw precision against recall of each digit, zoomed to where the curves differ.

    Parameters
    ----------
    table : as `core.evaluation.curves.precision_recall` makes it
    digits : which to draw; all if None
    """
    figure = chart(440, "Recall (%)", "Precision (%)")
    shown = table if digits is None else table[table["digit"].isin(digits)]
    for digit, curve in shown.groupby("digit"):
        thin = thinned(curve)
        figure.add_trace(
            go.Scatter(
                x=100 * thin["recall"],
                y=100 * thin["precision"],
                name=str(digit),
                mode="lines",
                line={"color": SERIES[int(str(digit))], "width": 2, "dash": "solid" if int(str(digit)) < 5 else "dot"},
                customdata=100 * thin[["threshold"]].to_numpy(),
                hovertemplate=f"Digit {digit}, threshold %{{customdata[0]:.1f}} %: recall %{{x:.2f}} %, precision "
                "%{y:.2f} %<extra></extra>",
            )
        )
    low = zoom_start(shown)
    return figure.update_xaxes(range=[low, 100]).update_yaxes(range=[low, 100])


def zoom_start(table: pd.DataFrame) -> float:
    """Return where the chart may begin (percent): each curve's corner (precision equals recall) stays in sight."""
    balanced = table[["precision", "recall"]].min(axis=1).groupby(table["digit"]).max()
    worst = 1 - balanced.min() if len(balanced) else 1.0
    return float(max(0.0, 100 * (1 - max(4 * worst, 0.01))))


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """Return at most `POINTS` rows of a curve, the last ones all, for the end is where it turns."""
    if len(curve) <= POINTS:
        return curve
    tail = POINTS // 2
    head = np.linspace(0, len(curve) - tail - 1, POINTS - tail).round().astype(int)
    return curve.iloc[np.concatenate([head, np.arange(len(curve) - tail, len(curve))])]


def reject_chart(curves: Mapping[str, pd.DataFrame], threshold: float | None = None) -> go.Figure:
    """Draw the error that remains against the share that is answered.

    Parameters
    ----------
    curves : name ("validation", "test") -> as `core.evaluation.reject.reject_curve` makes it
    threshold : marked on each curve, 0..1
    """
    figure = chart(400, "Answered (% of the images)", "Error rate (% of the answers)", hovermode="closest")
    for place, (name, curve) in enumerate(curves.items()):
        thin, colour = thinned(curve.iloc[::-1]), SERIES[place % len(SERIES)]
        figure.add_trace(
            go.Scatter(
                x=100 * thin["coverage"],
                y=100 * thin["error"],
                name=name,
                mode="lines",
                line={"color": colour, "width": 2},
                customdata=thin.assign(sure=100 * thin["threshold"])[["sure", "answered", "wrong"]].to_numpy(),
                hovertemplate="Threshold %{customdata[0]:.2f} %: %{customdata[1]:,} answered, "
                "%{customdata[2]:,} incorrect",
            )
        )
        if threshold is not None:
            figure.add_trace(_mark(curve, threshold, name, colour, MARKS[place % len(MARKS)]))
    return figure.update_yaxes(rangemode="tozero")


def _mark(curve: pd.DataFrame, threshold: float, name: str, colour: str, symbol: str) -> go.Scatter:
    answered = curve[curve["threshold"] >= threshold].head(1)
    return go.Scatter(
        x=100 * answered["coverage"],
        y=100 * answered["error"],
        mode="markers",
        name=f"{name}, threshold {100 * threshold:.1f} %",
        marker={"size": 14, "color": colour, "symbol": symbol, "line": {"width": 2, "color": BAD}},
        hovertemplate="%{x:.2f} % answered, %{y:.2f} % of them incorrect",
    )


def confidence_histogram(confidence: np.ndarray, right: BoolArray, threshold: float | None = None) -> go.Figure:
    """Draw how sure the right and the wrong answers were, on a log axis.

    Parameters
    ----------
    confidence : (n,) largest probabilities, 0..1
    right : (n,) bool
    """
    figure = chart(300, "Predicted probability (%)", "Images", barmode="overlay", bargap=0.05)
    edges = np.linspace(0, 100, 51)
    for name, chosen, shade in (("Right", right, faint(COLOURS["cnn"], 0.8)), ("Wrong", ~right, BAD)):
        counts, _ = np.histogram(100 * confidence[chosen], edges)
        hover = "%{y:,} " + name.lower() + ", probability about %{x:.0f} %<extra></extra>"
        figure.add_trace(
            go.Bar(x=edges[:-1] + 1, y=counts, width=2, name=name, marker={"color": shade}, hovertemplate=hover)
        )
    if threshold is not None:
        figure.add_vline(x=100 * threshold, line={"color": GRID, "width": 3})
    return figure.update_yaxes(type="log", dtick=1)
