"""How many images there are of each digit, and how dark their pixels are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.arrays import UInt8Array
from core.charts.palette import COLOURS, SERIES, chart


def class_balance(table: pd.DataFrame) -> go.Figure:
    """Draw the images of each digit as bars, a colour a split.

    Parameters
    ----------
    table : `split`, `digit` (0..9), `images`
    """
    figure = chart(340, "Digit", "Images", barmode="group")
    shares = 100 * table["images"] / table.groupby("split")["images"].transform("sum")
    table = table.assign(share=shares)
    for (split, rows), shade in zip(table.groupby("split", sort=False), SERIES, strict=False):
        figure.add_trace(
            go.Bar(
                x=rows["digit"],
                y=rows["images"],
                name=str(split),
                marker={"color": shade},
                customdata=rows[["share"]].to_numpy(),
                hovertemplate="%{y:,} images of %{x}, %{customdata[0]:.1f} % of " + str(split) + "<extra></extra>",
            )
        )
    return figure.update_xaxes(dtick=1)


def intensity_histogram(images: UInt8Array, bins: int = 32) -> go.Figure:
    """Draw how often each grey value occurs, on a log axis (most pixels are empty).

    Parameters
    ----------
    images : any shape, uint8, 0 empty to 255 ink
    """
    counts = np.bincount(np.asarray(images, dtype=np.uint8).ravel(), minlength=256)
    width = 256 // bins
    grouped = counts.reshape(bins, width).sum(axis=1)
    starts = np.arange(0, 256, width)
    figure = chart(260, "Grey value (0 empty, 255 ink)", "Pixels", bargap=0.05, showlegend=False)
    figure.add_trace(
        go.Bar(
            x=starts + (width - 1) / 2,
            y=grouped,
            width=width,
            marker={"color": COLOURS["cnn"]},
            customdata=np.column_stack([starts, starts + width - 1]),
            hovertemplate="%{y:,} pixels between %{customdata[0]} and %{customdata[1]}<extra></extra>",
        )
    )
    return figure.update_yaxes(type="log").update_xaxes(range=[-1, 256])
