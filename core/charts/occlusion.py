"""A digit, with what covering each part of it costs laid over it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.arrays import UInt8Array
from core.charts.palette import chart

COSTS = [[0, "rgba(0, 114, 178, 0.85)"], [0.5, "rgba(128, 128, 128, 0)"], [1, "rgba(230, 97, 1, 0.9)"]]
"""Clear where covering changes nothing, orange where it costs, blue where it makes the model surer."""

INK = [[0, "#000000"], [1, "#FFFFFF"]]
LEAST = 0.001
"""Smaller changes than a tenth of a point are not worth a colour."""


def occlusion_map(image: UInt8Array, fall: np.ndarray, *, height: int = 300) -> go.Figure:
    """Draw the picture in grey, and over it how far the probability falls where a part is covered.

    Parameters
    ----------
    image : (28, 28) uint8
    fall : (28, 28), -1 to 1, as `core.explain.occlusion` makes it
    height : pixels
    """
    figure = chart(height, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    largest = max(float(np.abs(fall).max()), LEAST)
    figure.add_trace(
        go.Heatmap(
            z=image, colorscale=[[0, "#000000"], [1, "#FFFFFF"]], showscale=False, hoverinfo="skip", zmin=0, zmax=255
        )
    )
    figure.add_trace(
        go.Heatmap(
            z=100 * fall,
            colorscale=COSTS,
            zmin=-100 * largest,
            zmax=100 * largest,
            colorbar={"title": {"text": "Points lost"}, "thickness": 12, "len": 0.9},
            hovertemplate="The probability falls by %{z:.1f} points when covered here<extra></extra>",
        )
    )
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    figure.update_xaxes(**hidden)
    return figure.update_yaxes(autorange="reversed", scaleanchor="x", **hidden)
