"""Runs as rows that are wholly clickable, in one element: name, two figures, bars digit by digit, and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.ui.components.sheet import data_url

FOLDER = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Row:
    """One run.

    Attributes
    ----------
    detail : str
        Below the name: marks that must not be missed.
    value, second : str
        Its two figures as text, each with a title below.
    bars : tuple of float or None
        Share of each digit's images that are misread, 0..1.
    worst : int
        The digit whose bar stands out.
    picture : (28, 28) uint8 or None
        A digit that it misreads.
    """

    run_id: str
    name: str
    detail: str
    colour: str
    value: str
    value_title: str
    second: str = ""
    second_title: str = ""
    bars: tuple[float, ...] | None = None
    worst: int = -1
    picture: np.ndarray | None = None
    picture_title: str = ""


_component = st.components.v2.component(
    "digit_lab_run_rows",
    html='<div class="rows"></div>',
    css=(FOLDER / "run_rows.css").read_text("utf-8"),
    js=(FOLDER / "run_rows.js").read_text("utf-8"),
)


def show_rows(rows: Sequence[Row], key: str) -> str | None:
    """Show runs as rows and return the id of the one that was just clicked, None otherwise."""
    clicked = _component(
        key=key,
        data={"rows": [{**vars(row), "picture": _url(row.picture)} for row in rows]},
        on_clicked_change=lambda: None,
    )
    return getattr(clicked, "clicked", None)


def _url(picture: UInt8Array | None) -> str:
    return "" if picture is None else data_url(picture)
