"""A picture with the digits that were found on it: boxes and labels, drawn over it, to be clicked."""

from __future__ import annotations

import base64
from typing import Any

import cv2
import numpy as np
import pandas as pd
import plotly.graph_objects as go

SURE, DOUBTFUL, CORRECTED = "#1a7f37", "#c4432b", "#1f6feb"
COLOURS = {"read": SURE, "doubtful": DOUBTFUL, "corrected": CORRECTED}
WIDEST = 1_000
"""Pixels: larger pictures are sent to the browser reduced."""

MARKER, MOST_MARKERS = 26, 12
"""Side in pixels of the nearly invisible squares that take the clicks, and most of them across a box."""


def boxes_on_picture(picture: np.ndarray, digits: pd.DataFrame, *, chosen: int | None = None) -> go.Figure:
    """Draw boxes and labels over a picture.

    Parameters
    ----------
    picture : ndarray
        (h, w, 3) uint8.
    digits : DataFrame
        A row a digit: `x`, `y`, `width`, `height` in pixels of the picture, `label`, and `state`: "read", "doubtful" or
        "corrected".
    chosen : int or None
        The row that is drawn with a thick box.
    """
    height, width = picture.shape[:2]
    shown = int(np.clip(430 * height / width, 100, 640))
    font = int(np.clip(0.33 * digits["height"].median() * shown / height, 9, 15)) if len(digits) else 15
    figure = go.Figure()
    places = pd.concat([_to_click(row, MARKER * height / shown) for row in digits.itertuples()] or [pd.DataFrame()])
    if len(places):
        figure.add_scatter(
            x=places["x"], y=places["y"], mode="markers", customdata=places["place"].to_numpy(),
            marker={"size": MARKER, "opacity": 0.01, "symbol": "square"}, showlegend=False, hoverinfo="text",
            hovertext=[f"{label}: {state}, click to change"
                       for label, state in digits.loc[places["place"], ["label", "state"]].to_numpy()],
        )  # fmt: skip
    for row in digits.itertuples():
        shade = COLOURS[row.state]
        figure.add_shape(
            type="rect", x0=row.x, y0=row.y, x1=row.x + row.width, y1=row.y + row.height,
            line={"color": shade, "width": 4 if row.Index == chosen else 2},
        )  # fmt: skip
        figure.add_annotation(
            x=row.x, y=row.y, text=f"<b>{row.label}</b>", showarrow=False, xanchor="left", yanchor="bottom",
            font={"color": "#ffffff", "size": font}, bgcolor=shade, borderpad=2,
        )  # fmt: skip
    figure.add_layout_image(
        source=_encoded(picture),
        xref="x",
        yref="y",
        x=0,
        y=0,
        sizex=width,
        sizey=height,
        sizing="stretch",
        layer="below",
    )
    figure.update_xaxes(visible=False, range=[0, width], constrain="domain")
    figure.update_yaxes(visible=False, range=[height, -0.06 * height], scaleanchor="x", constrain="domain")
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, height=shown, dragmode=False,
        plot_bgcolor="rgba(0,0,0,0)", paper_bgcolor="rgba(0,0,0,0)", clickmode="event+select",
    )  # fmt: skip
    return figure


def turned_boxes(digits: pd.DataFrame, turns: int, height: int, width: int) -> pd.DataFrame:
    """Return boxes as they lie after a picture was turned by quarters against the clock, as `numpy.rot90` does.

    Parameters
    ----------
    digits : DataFrame
        `x`, `y`, `width`, `height`, and whatever else, which stays.
    height, width : int
        Of the picture before it was turned.
    """
    for _ in range(turns % 4):
        digits = digits.assign(
            x=digits["y"], y=width - digits["x"] - digits["width"], width=digits["height"], height=digits["width"]
        )
        height, width = width, height
    return digits


def _to_click(row: Any, side: float) -> pd.DataFrame:
    """Return the middles `x`, `y` of squares that cover a box, `side` pixels of the picture each, and its `place`."""
    across, down = (int(np.clip(np.ceil(length / side), 1, MOST_MARKERS)) for length in (row.width, row.height))
    x, y = np.meshgrid((np.arange(across) + 0.5) / across, (np.arange(down) + 0.5) / down)
    return pd.DataFrame({"x": row.x + row.width * x.ravel(), "y": row.y + row.height * y.ravel(), "place": row.Index})


def _encoded(picture: np.ndarray) -> str:
    """Return the picture as the address of a JPEG."""
    scale = min(1.0, WIDEST / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    _, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode()
