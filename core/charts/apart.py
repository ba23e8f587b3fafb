"""Two digits apart: where ink speaks for which, and how models change their minds between two pictures."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from core.arrays import UInt8Array
from core.charts.palette import MARGIN, TEXT, chart, colour, symbol

SPEAKS = [[0, "rgba(0, 114, 178, 0.9)"], [0.5, "rgba(128, 128, 128, 0)"], [1, "rgba(230, 97, 1, 0.9)"]]
"""Blue for the first digit, orange for the second, clear for neither."""
INK = [[0, "#000000"], [1, "#FFFFFF"]]
LEAST = 0.01
SIDE, HEIGHT = 230, 320


def separating_map(ground: UInt8Array, said: np.ndarray, first: int, second: int) -> go.Figure:
    """Draw what ink says at each place over the mean of the images.

    Parameters
    ----------
    ground : (28, 28) uint8
    said : (28, 28), as `core.explain.separating.separating` makes it
    """
    figure = chart(SIDE, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    largest = max(float(np.abs(said).max()), LEAST)
    figure.add_trace(go.Heatmap(z=ground, colorscale=INK, showscale=False, hoverinfo="skip", zmin=0, zmax=255))
    words = np.where(said > 0, str(second), str(first))
    figure.add_trace(
        go.Heatmap(
            z=said,
            colorscale=SPEAKS,
            zmin=-largest,
            zmax=largest,
            showscale=False,
            customdata=np.stack([words, np.char.mod("%.1f", np.exp(np.abs(said)))], axis=-1),
            hovertemplate="Ink here multiplies the odds of %{customdata[0]} by %{customdata[1]}<extra></extra>",
        )
    )
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    figure.update_xaxes(**hidden)
    return figure.update_yaxes(autorange="reversed", scaleanchor="x", **hidden)


def morph_chart(
    shares: Mapping[str, np.ndarray], crossings: Mapping[str, float | None], kinds: Mapping[str, str], second: int
) -> go.Figure:
    """Draw each model's probability of the second digit on the way from one picture to the other.

    Parameters
    ----------
    shares : name of a model -> (steps,) of `core.explain.morph.share_of_second`
    crossings : name of a model -> where it changes its mind, 0 to 1, or None
    kinds : name of a model -> kind, for colour and mark
    """
    title = f"Probability of {second} of the two (%)"
    figure = chart(HEIGHT, "Way from the first picture to the second (%)", title, margin=MARGIN)
    for name, rows in shares.items():
        shown, shade = html.escape(name), colour(kinds[name])
        way = 100 * np.linspace(0, 1, len(rows))
        figure.add_scatter(
            x=way, y=100 * rows, name=shown, mode="lines", line={"color": shade, "width": 2.5},
            hovertemplate="<b>%{fullData.name}</b><br>at %{x:.0f} %: %{y:.1f} %<extra></extra>",
        )  # fmt: skip
        found = crossings[name]
        if found is not None:
            figure.add_scatter(
                x=[100 * found], y=[50], mode="markers", showlegend=False,
                marker={"symbol": symbol(kinds[name]), "size": 13, "color": shade},
                hovertemplate=f"<b>{shown}</b> changes its mind at %{{x:.0f}} %<extra></extra>",
            )  # fmt: skip
    figure.add_hline(50, line={"color": TEXT, "dash": "dot"})
    return figure.update_yaxes(range=[-4, 104], fixedrange=True).update_xaxes(range=[-2, 102], fixedrange=True)
