"""Models beside each other: accuracy or macro F1 with its interval, and how they differ from one of them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import GRID, SERIES, chart, colour, note, symbol

ROW = 34
MEASURES = {
    "accuracy": ("accuracy", "low", "high", "Accuracy (%), with 95 % interval"),
    "f1_macro": ("f1_macro", "f1_low", "f1_high", "Macro F1 (%), with 95 % interval"),
}


def standings(table: pd.DataFrame, measure: str = "accuracy") -> go.Figure:
    """Draw each model's figure as a mark with its interval, best on top.

    Parameters
    ----------
    table : as `core.evaluation.comparison.leaderboard` makes it, and where known `kind`
    measure : `accuracy` or `f1_macro`
    """
    value, low, high, title = MEASURES[measure]
    figure = chart(110 + ROW * max(3, len(table)), title, showlegend=False)
    if table.empty:
        return note(figure, "No models to compare yet.")
    ordered = table.sort_values(value, kind="stable")
    kinds = ordered["kind"] if "kind" in ordered else pd.Series("external", index=ordered.index)
    percent = 100 * ordered[[value, low, high]]
    figure.add_trace(
        go.Scatter(
            x=percent[value],
            y=ordered["name"],
            mode="markers",
            marker={"size": 12, "color": [colour(kind) for kind in kinds], "symbol": [symbol(kind) for kind in kinds]},
            error_x={
                "array": percent[high] - percent[value],
                "arrayminus": percent[value] - percent[low],
                "symmetric": False,
                "color": "#80848E",
                "thickness": 2,
            },
            customdata=percent[[low, high]].to_numpy(),
            hovertemplate="<b>%{y}</b><br>%{x:.2f} %, between %{customdata[0]:.2f} and %{customdata[1]:.2f}"
            "<extra></extra>",
        )
    )
    return figure.update_yaxes(type="category")


def differences(table: pd.DataFrame, baseline: str, colours: Mapping[str, str] | None = None) -> go.Figure:
    """Draw, digit by digit, how much better or worse models are than the baseline.

    Parameters
    ----------
    table : as `core.evaluation.comparison.against_baseline` makes it
    baseline : its name, for the axis
    """
    figure = chart(380, "Digit", f"Difference from {baseline} (percentage points)", hovermode="closest")
    if table.empty:
        return note(figure, f"Choose a second model to compare with {baseline}.")
    for place, (name, rows) in enumerate(table.groupby("name", sort=False)):
        shade = (colours or {}).get(str(name), SERIES[place % len(SERIES)])
        figure.add_trace(_digits(str(name), rows, shade))
    figure.add_hline(y=0, line={"color": GRID, "width": 2})
    return figure.update_xaxes(type="category").update_layout(scattermode="group")


def _digits(name: str, rows: pd.DataFrame, shade: str) -> go.Scatter:
    percent = 100 * rows[["difference", "low", "high"]]
    return go.Scatter(
        x=rows["digit"],
        y=percent["difference"],
        name=name,
        mode="markers",
        marker={"color": shade, "size": 9},
        error_y={
            "array": (percent["high"] - percent["difference"]).clip(lower=0),
            "arrayminus": (percent["difference"] - percent["low"]).clip(lower=0),
            "symmetric": False,
            "color": shade,
            "thickness": 1.5,
            "width": 0,
        },
        customdata=rows[["gained", "lost", "images"]].to_numpy(),
        hovertemplate="Digit %{x}: %{customdata[0]:,} images gained and %{customdata[1]:,} lost of %{customdata[2]:,}",
    )


def per_class(table: pd.DataFrame) -> go.Figure:
    """Draw precision, recall and F1 of each digit.

    Parameters
    ----------
    table : as `Evaluation.per_class` makes it
    """
    figure = chart(360, "Digit", "Share (%)", hovermode="x unified", scattermode="group")
    for measure, mark, shade in zip(
        ("precision", "recall", "f1"), ("circle", "square", "diamond"), SERIES[:3], strict=True
    ):
        figure.add_trace(
            go.Scatter(
                x=table["digit"],
                y=100 * table[measure],
                name="F1" if measure == "f1" else measure.capitalize(),
                mode="markers",
                marker={"symbol": mark, "color": shade, "size": 10},
                hovertemplate="%{y:.2f} %",
            )
        )
    lowest = 100 * table[["precision", "recall", "f1"]].to_numpy().min()
    figure.update_traces(cliponaxis=False)  # marks at 100 % are whole, while the axis ends there
    return figure.update_xaxes(dtick=1).update_yaxes(range=[lowest - 0.1 * (100 - lowest) - 0.2, 100])
