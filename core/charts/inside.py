"""What is inside a model, as pictures: filters and feature maps as sheets of tiles, importance place by place."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import plotly.graph_objects as go

from core.arrays import UInt8Array
from core.charts.palette import DIVERGING, chart, sequential

BRIGHTEST = 99.5
"""Per cent of a layer's answers; what is above is white, so that one loud filter does not darken the others."""
GAP = 6
"""Pixels between two tiles."""


def filter_sheet(filters: np.ndarray, columns: int = 16, side: int = 44) -> bytes:
    """Draw filters side by side as a PNG, each on its own scale: orange adds, blue takes away, pale does neither.

    Parameters
    ----------
    filters : (n, h, w) floats
    columns : tiles in a row
    side : of a tile in pixels
    """
    return tiles(coloured_filters(filters), columns, side)


def coloured_filters(filters: np.ndarray) -> UInt8Array:
    """Give filters (n, h, w) floats their colours, (n, h, w, 3) uint8 RGB, each on its own scale."""
    largest = np.maximum(np.abs(filters).max(axis=(1, 2), keepdims=True), 1e-12)
    return coloured((filters / largest + 1) / 2, DIVERGING)


def map_sheet(maps: np.ndarray, columns: int = 16, side: int = 56) -> bytes:
    """Draw feature maps side by side as a PNG, all on one scale: black answers least, white most (or of the top 0.5 %).

    Parameters
    ----------
    maps : (n, h, w) floats
    """
    return tiles(np.repeat(grey(maps)[..., None], 3, axis=-1), columns, side)


def grey(maps: np.ndarray) -> UInt8Array:
    """Give feature maps (n, h, w) floats one scale of greys, (n, h, w) uint8: 255 is the top 0.5 %."""
    low, high = float(maps.min()), float(np.percentile(maps, BRIGHTEST) or maps.max())
    return np.rint(np.clip((maps - low) / (high - low), 0, 1) * 255 if high > low else maps * 0).astype(np.uint8)


def coloured(values: np.ndarray, scale: Sequence[Sequence[object]]) -> np.ndarray:
    """Give values 0..1 the colours of a Plotly scale of hex colours; (...,) floats to (..., 3) uint8 RGB."""
    stops = [float(str(stop)) for stop, _ in scale]
    colours = np.array([[int(str(shade)[start : start + 2], 16) for start in (1, 3, 5)] for _, shade in scale])
    return np.stack([np.interp(values, stops, channel) for channel in colours.T], axis=-1).round().astype(np.uint8)


def tiles(pictures: UInt8Array, columns: int, side: int) -> bytes:
    """Lay pictures (n, h, w, 3) uint8 RGB out in rows as a PNG, transparent between them."""
    columns = max(1, min(columns, len(pictures)))
    rows = -(-len(pictures) // columns)
    canvas = np.zeros((rows * (side + GAP), columns * (side + GAP), 4), np.uint8)
    for place, picture in enumerate(pictures):
        top, left = (side + GAP) * (place // columns), (side + GAP) * (place % columns)
        grown = cv2.resize(picture, (side, side), interpolation=cv2.INTER_NEAREST)
        canvas[top : top + side, left : left + side, :3] = grown[..., ::-1]
        canvas[top : top + side, left : left + side, 3] = 255
    return bytes(cv2.imencode(".png", canvas)[1].tobytes())


def importance_map(importance: np.ndarray, *, height: int = 380, dark: bool = False) -> go.Figure:
    """Draw how much each place of the picture decides.

    Parameters
    ----------
    importance : (h, w) floats
        Shares, 0 or more, sum 1.
    height : pixels
    """
    figure = chart(height, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    figure.add_trace(
        go.Heatmap(
            z=100 * importance,
            colorscale=sequential(dark),
            zmin=0,
            colorbar={"title": {"text": "%"}, "thickness": 12, "len": 0.9},
            hovertemplate="Row %{y}, column %{x}: %{z:.2f} % of the importance<extra></extra>",
        )
    )
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    figure.update_xaxes(**hidden)
    return figure.update_yaxes(autorange="reversed", scaleanchor="x", **hidden)
