"""How accuracy falls as images are spoilt."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import SERIES, chart, colour, note, sequential, symbol


def robustness_curves(table: pd.DataFrame, corruption: str, kinds: Mapping[str, str] | None = None) -> go.Figure:
    """Draw each model's accuracy over the severities of one corruption, with 95 % bars.

    Parameters
    ----------
    table : as `core.evaluation.robustness.robustness` makes it; rows of severity 0 start every curve
    corruption : which
    kinds : model -> kind, for its colour and mark
    """
    figure = chart(360, f"Severity of {corruption} (0: original images)", "Accuracy (%)", hovermode="x unified")
    shown = table[(table["corruption"] == corruption) | (table["severity"] == 0)]
    if shown.empty:
        return note(figure, "Nothing has been measured yet.")
    for place, (model, rows) in enumerate(shown.groupby("model", sort=False)):
        kind = (kinds or {}).get(str(model))
        shade = colour(kind) if kind else SERIES[place % len(SERIES)]
        figure.add_trace(_line(str(model), rows.sort_values("severity"), shade, symbol(kind) if kind else "circle"))
    return figure.update_xaxes(dtick=1)


def _line(model: str, rows: pd.DataFrame, shade: str, mark: str) -> go.Scatter:
    percent = 100 * rows[["accuracy", "low", "high"]]
    return go.Scatter(
        x=rows["severity"],
        y=percent["accuracy"],
        name=model,
        mode="lines+markers",
        line={"color": shade, "width": 2},
        marker={"symbol": mark, "size": 8},
        error_y={
            "array": percent["high"] - percent["accuracy"],
            "arrayminus": percent["accuracy"] - percent["low"],
            "symmetric": False,
            "color": shade,
            "thickness": 1,
        },
        hovertemplate="%{y:.2f} %",
    )


def robustness_heatmap(means: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Draw the mean accuracy of each model under each corruption, a row a corruption, as there are more of them.

    Parameters
    ----------
    means : as `core.evaluation.robustness.by_corruption` makes it: models by corruptions, 0..1
    """
    figure = chart(110 + 24 * max(4, means.shape[1]), "Mean accuracy (%)")
    if means.empty:
        return note(figure, "Nothing has been measured yet.")
    percent = 100 * means
    figure.add_trace(
        go.Heatmap(
            z=percent.to_numpy().T,
            x=list(percent.index),
            y=list(percent.columns),
            colorscale=sequential(dark, falling=True),
            texttemplate="%{z:.1f}",
            xgap=2,
            ygap=2,
            colorbar={"title": {"text": "Accuracy (%)"}},
            hovertemplate="<b>%{x}</b> under %{y}: %{z:.2f} %<extra></extra>",
        )
    )
    figure.update_xaxes(showgrid=False, type="category")
    return figure.update_yaxes(showgrid=False, autorange="reversed", type="category")
