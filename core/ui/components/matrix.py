"""A confusion matrix whose cells and totals answer a click, and two select boxes that do the same by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Cell = tuple[int | None, int | None]
ANY = "any"
CHOICES = (ANY, *"0123456789")
# Two quick clicks are two clicks: as a double click, Streamlit would free the cell and take its mark away.
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "doubleClickDelay": 0}


def clickable_matrix(
    figure: Figure,
    key: str,
    *,
    true_key: str = "true",
    predicted_key: str = "predicted",
    alt: str | None = None,
    on_click: Callable[[], None] | None = None,
    boxes: bool = True,
) -> Cell | None:
    """Show a confusion matrix and return the cell that is chosen by click, by select box or by the page's address.

    Parameters
    ----------
    figure : Figure
        Has a scatter trace of nearly invisible markers over the cells (a heat map does not report clicks), each with
        `customdata` (true, predicted): digits, or -1 for all of them (a total). Give the same figure at each rerun, as
        another one would be drawn anew.
    key : str
        Of the chart.
    true_key, predicted_key : str
        Keys of the two select boxes, and their names in the page's address: `?true=4&predicted=9`.
    alt : str, optional
        What the chart shows, for screen readers.
    on_click : callable, optional
        Called after a click has set the select boxes, before the rerun.
    boxes : bool
        Whether to show the select boxes; without them another matrix on the page does.

    Returns
    -------
    tuple of (int or None, int or None), or None
        True digit and predicted digit, None for any; None while neither is chosen.
    """
    st.plotly_chart(
        figure,
        key=key,
        on_select=lambda: _clicked(key, true_key, predicted_key, on_click),
        selection_mode="points",
        config=CONFIG,
        alt=alt or "Confusion matrix: true digits down, predicted digits across. The select boxes below choose a cell.",
    )
    if not boxes:
        return None
    true_box, predicted_box = st.columns(2)
    true = true_box.selectbox("True digit", CHOICES, key=true_key, bind="query-params")
    predicted = predicted_box.selectbox("Predicted digit", CHOICES, key=predicted_key, bind="query-params")
    cell = digit(true), digit(predicted)
    return None if cell == (None, None) else cell


def _clicked(key: str, true_key: str, predicted_key: str, on_click: Callable[[], None] | None) -> None:
    choose(key, true_key, predicted_key)
    if on_click is not None:
        on_click()


def choose(key: str, true_key: str, predicted_key: str) -> None:
    """Set the select boxes to the cell that was clicked; a second click on it, which frees it in Plotly, keeps it."""
    cell = clicked_cell(st.session_state[key].selection.points)
    if cell is not None:
        st.session_state[true_key], st.session_state[predicted_key] = map(choice, cell)


def clicked_cell(points: list[dict[str, Any]]) -> Cell | None:
    """Return the cell of a Plotly selection; None when it is empty."""
    if not points:
        return None
    marked = points[0]["customdata"]
    if isinstance(marked, dict):  # what becomes of a row of a numpy array on its way through the browser
        marked = list(marked.values())
    return digit(marked[0]), digit(marked[1])


def digit(value: str | float | None) -> int | None:
    """Return what a select box or a chart says, as a digit; None for any, which charts call -1."""
    return None if value is None or value == ANY or int(value) < 0 else int(value)


def choice(value: int | None) -> str:
    """Return a digit as the select boxes name it."""
    return ANY if value is None else str(value)
