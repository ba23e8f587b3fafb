"""How sure each model stays of a digit while one dial is turned, with the points where it changes its mind."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import TEXT, chart, colour, symbol
from core.explain.breaking import Dial, Turn


def turning_chart(
    dial: Dial, swept: Mapping[str, np.ndarray], turns: Mapping[str, Turn], here: float, kinds: Mapping[str, str]
) -> go.Figure:
    """Draw the probability of what each model reads in the whole digit, and its turning points as large marks.

    Parameters
    ----------
    swept : title of a model -> (k, 10) probabilities along the dial
    turns : title of a model -> its turning points
    here : where the dial stands
    kinds : title of a model -> kind, for colour and mark
    """
    figure = chart(300, f"{dial.title} ({dial.unit})", "Probability of the original prediction (%)")
    for name, rows in swept.items():
        shade = colour(kinds[name])
        percent = 100 * rows[:, turns[name].read]
        hover = "<b>%{fullData.name}</b><br>at %{x:g}: %{y:.1f} %<extra></extra>"
        figure.add_scatter(
            x=dial.amounts, y=percent, name=name, mode="lines", line={"color": shade}, hovertemplate=hover
        )
        figure.add_trace(_marks(name, dial.amounts, percent, turns[name], kinds[name]))
    figure.add_vline(here, line={"color": TEXT, "dash": "dot"})
    return figure.update_yaxes(range=[-4, 109], fixedrange=True).update_xaxes(fixedrange=True)


def _marks(name: str, amounts: np.ndarray, percent: np.ndarray, found: Turn, kind: str) -> go.Scatter:
    """Return the turning points, each with the digit that is read from there on."""
    ends = [(found.below, found.below_read), (found.above, found.above_read)]
    there = [(amount, read) for amount, read in ends if amount is not None]
    return go.Scatter(
        x=[amount for amount, _ in there],
        y=[percent[int(np.abs(amounts - amount).argmin())] for amount, _ in there],
        text=[f"<b>{read}</b>" for _, read in there],
        mode="markers+text",
        textposition="top center",
        marker={"symbol": symbol(kind), "size": 13, "color": colour(kind)},
        showlegend=False,
        hovertemplate=f"<b>{name}</b> predicts %{{text}} from %{{x:g}} on<extra></extra>",
    )
