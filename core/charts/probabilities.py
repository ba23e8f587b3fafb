"""What many models say of one image, in a picture no larger than it needs to be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import chart, sequential

ROW = 26
LONGEST_NAME = 22


def probability_map(rows: Mapping[str, np.ndarray], label: int | None = None, *, dark: bool = False) -> go.Figure:
    """Draw a row a model, a column a digit, coloured by probability.

    Parameters
    ----------
    rows : name of the model -> (10,) probabilities, 0 to 1
    label : the true digit, framed, where it is known
    """
    percent = 100 * np.array(list(rows.values()), np.float64).reshape(-1, 10)
    figure = chart(60 + ROW * len(rows), margin={"l": 4, "r": 4, "t": 4, "b": 4})
    figure.add_trace(
        go.Heatmap(
            z=percent,
            customdata=np.repeat(np.array(list(rows), object)[:, None], 10, axis=1),
            text=[[f"{value:.0f}" if value >= 0.5 else "" for value in row] for row in percent],
            texttemplate="%{text}",
            colorscale=sequential(dark),
            zmin=0,
            zmax=100,
            xgap=1,
            ygap=1,
            showscale=False,
            hovertemplate="<b>%{customdata}</b><br>%{x}: %{z:.2f} %<extra></extra>",
        )
    )
    if label is not None:
        box = {"x0": label - 0.5, "x1": label + 0.5, "y0": -0.5, "y1": len(rows) - 0.5}
        figure.add_shape(type="rect", line={"color": "#0072B2", "width": 2}, **box)
    names = [name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…" for name in rows]
    shared = {"showgrid": False, "fixedrange": True}
    figure.update_xaxes(dtick=1, title_text="Digit (framed: true)" if label is not None else "Digit", **shared)
    return figure.update_yaxes(autorange="reversed", tickvals=list(range(len(rows))), ticktext=names, **shared)
