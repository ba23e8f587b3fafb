"""What each model says a digit is."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.palette import TEMPLATE, chart, colour, faint, note

ROW_HEIGHT = 150


def votes(table: pd.DataFrame) -> go.Figure:
    """Draw ten bars for each model, its choice in full colour.

    Parameters
    ----------
    table : `model`, `kind`, `digit` (0..9), `probability` (0..1), ten rows a model
    """
    table = table.reset_index(drop=True)
    models = table["model"].drop_duplicates().tolist()
    if not models:
        return note(chart(ROW_HEIGHT), "No model yet.")
    figure = make_subplots(rows=len(models), cols=1, shared_xaxes=True, subplot_titles=_titles(table, models))
    for row, model in enumerate(models, start=1):
        figure.add_trace(_bars(table[table["model"] == model]), row=row, col=1)
    figure.update_layout(template=TEMPLATE, height=70 + ROW_HEIGHT * len(models), showlegend=False, bargap=0.15)
    figure.update_annotations(x=0, xanchor="left", font={"size": 15})
    figure.update_yaxes(range=[0, 118], tickvals=[0, 50, 100], ticksuffix=" %", fixedrange=True)
    return figure.update_xaxes(dtick=1, showticklabels=True, fixedrange=True)


def _titles(table: pd.DataFrame, models: list[str]) -> list[str]:
    best = table.loc[table.groupby("model")["probability"].idxmax()].set_index("model")
    digits, sure = best["digit"], 100 * best["probability"]
    return [f"<b>{model}</b>: {digits[model]}, probability {sure[model]:.1f} %" for model in models]


def _bars(rows: pd.DataFrame) -> go.Bar:
    shade = colour(rows["kind"].iloc[0])
    best = rows["probability"] == rows["probability"].max()
    percent = 100 * rows["probability"]
    return go.Bar(
        x=rows["digit"],
        y=percent,
        marker={"color": [shade if chosen else faint(shade, 0.45) for chosen in best]},
        text=[f"{value:.0f}" if value >= 1 else "" for value in percent],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{y:.2f} %<extra></extra>",
    )
