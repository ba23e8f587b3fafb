"""The confusion matrix, to look at and to click on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.arrays import BoolArray
from core.charts.palette import COLOURS, TEXT, chart, diverging, sequential
from core.evaluation.confusion import VIEWS, View

HEIGHT = 620
MARGIN = {"t": 8, "l": 68, "r": 4, "b": 58}
"""Pixels for ten digits and a title on either side. Left to Plotly (`automargin`), a square as wide as its column was
drawn six times over until it fitted."""

ALL = -1
"""In a mark's `customdata`: all digits, that is, a total at the margin."""

UNSEEN = 0.01  # Plotly reports no click on a mark of opacity 0
# The browser marks the clicked cell by itself. A frame in the figure would make another figure of it, and another
# chart: measured in Chromium, twice the time from click to picture.
CHOSEN = {"color": COLOURS["cnn"], "opacity": 0.45, "size": 26}
OTHERS = {"color": TEXT}  # else Plotly fades the totals


def confusion_heatmap(
    table: pd.DataFrame,
    kind: View = "errors",
    *,
    selected: tuple[int, int] | None = None,
    totals: bool = True,
    dark: bool = False,
    marked: BoolArray | None = None,
) -> go.Figure:
    """Draw a view of the matrix, with marks that answer a click.

    A Plotly heat map does not report clicks to `st.plotly_chart(on_select=...)`, so nearly invisible squares lie on its
    cells. Each carries `customdata` (true, predicted); `ALL` stands for a total.

    Parameters
    ----------
    table : as `core.evaluation.confusion.view` makes it
    kind : the view
    selected : (true, predicted) to frame; `ALL` for a whole row or column
    totals : with sums at the right and below
    dark : for the dark theme
    marked : (10, 10) bool, cells to frame, such as those beyond chance
    """
    cells = table.sort_values(["true", "predicted"])
    figure = chart(
        HEIGHT, "Predicted digit", "True digit",
        clickmode="event+select", dragmode=False, showlegend=False, margin=MARGIN,
    )  # fmt: skip
    figure.add_trace(_heat(cells, kind, dark))
    figure.add_trace(_squares(cells))
    if totals and kind != "difference":
        figure.add_trace(_totals(cells, kind))
    _frame(figure, selected)
    for true, predicted in np.argwhere(marked if marked is not None else np.zeros((0, 2))):
        figure.add_shape(type="rect", x0=predicted - 0.42, x1=predicted + 0.42, y0=true - 0.42, y1=true + 0.42,
                         line={"color": COLOURS["cnn"], "width": 2})  # fmt: skip
    return _axes(figure, 10.5 if totals and kind != "difference" else 9.5)


def _heat(cells: pd.DataFrame, kind: View, dark: bool) -> go.Heatmap:
    values = cells["value"].to_numpy(dtype=np.float64).reshape(10, 10)
    largest = np.nanmax(np.abs(values)) if np.isfinite(values).any() else 1.0
    signed = kind == "difference"
    return go.Heatmap(
        z=values,
        text=cells["text"].to_numpy().reshape(10, 10),
        texttemplate="%{text}",
        colorscale=diverging(dark) if signed else sequential(dark),
        zmin=-max(largest, 1e-9) if signed else 0,
        zmax=max(largest, 1e-9),
        xgap=2,
        ygap=2,
        showscale=False,
        hoverinfo="skip",
        name=VIEWS[kind],
    )


def _invisible(size: int) -> dict[str, object]:
    marker = {"symbol": "square", "size": size, "opacity": UNSEEN, "color": "#808080"}
    unselected = {"marker": {"opacity": UNSEEN}, "textfont": OTHERS}
    return {"marker": marker, "selected": {"marker": CHOSEN}, "unselected": unselected}


def _squares(cells: pd.DataFrame) -> go.Scatter:
    of_true = cells.groupby("true")["images"].transform("sum")
    shares = 100 * cells["images"] / of_true.where(of_true > 0)
    hover = [
        f"<b>{true}</b> predicted as <b>{predicted}</b><br>{_images(images)}"
        + ("" if np.isnan(share) else f", {share:.1f} % of the {true}s")
        for true, predicted, images, share in zip(
            cells["true"], cells["predicted"], cells["images"], shares, strict=True
        )
    ]
    return go.Scatter(
        x=cells["predicted"],
        y=cells["true"],
        mode="markers",
        customdata=cells[["true", "predicted"]].to_numpy(),
        hovertext=hover,
        hoverinfo="text",
        name="cells",
        **_invisible(44),
    )


def _totals(cells: pd.DataFrame, kind: View) -> go.Scatter:
    counted = cells[cells["true"] != cells["predicted"]] if kind == "errors" else cells
    what = "errors" if kind == "errors" else "images"
    rows = [
        (10, true, images, true, ALL, f"{images:,} {what} with the label {true}")
        for true, images in counted.groupby("true")["images"].sum().items()
    ]
    columns = [
        (predicted, 10, images, ALL, predicted, f"{images:,} {what} predicted as {predicted}")
        for predicted, images in counted.groupby("predicted")["images"].sum().items()
    ]
    total = int(counted["images"].sum())
    x, y, images, true, predicted, hover = zip(
        *rows, *columns, (10, 10, total, ALL, ALL, f"{total:,} {what} in all"), strict=True
    )
    return go.Scatter(
        x=x,
        y=y,
        mode="markers+text",
        text=[f"{count:,}" for count in images],
        customdata=np.column_stack([true, predicted]),
        hovertext=hover,
        hoverinfo="text",
        name="totals",
        **_invisible(44),
    )


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"


def _frame(figure: go.Figure, selected: tuple[int, int] | None) -> None:
    if selected is None:
        return
    true, predicted = selected
    x0, x1 = (-0.5, 9.5) if predicted == ALL else (predicted - 0.5, predicted + 0.5)
    y0, y1 = (-0.5, 9.5) if true == ALL else (true - 0.5, true + 0.5)
    figure.add_shape(type="rect", x0=x0, x1=x1, y0=y0, y1=y1, line={"color": "#0072B2", "width": 3})


def _axes(figure: go.Figure, end: float) -> go.Figure:
    ticks = list(range(10)) + ([10] if end > 10 else [])
    names = [str(digit) for digit in range(10)] + (["all"] if end > 10 else [])
    shared = {"tickvals": ticks, "ticktext": names, "showgrid": False, "fixedrange": True, "automargin": False}
    figure.update_xaxes(range=[-0.5, end], constrain="domain", **shared)
    return figure.update_yaxes(range=[end, -0.5], scaleanchor="x", constrain="domain", **shared)
