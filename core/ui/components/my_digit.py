"""The drawn digit on a map: a canvas, its place, and the ten training digits most like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.charts.palette import SERIES
from core.ui import session
from core.ui.components.canvas import drawing_canvas
from core.ui.components.digit_map import DigitMap
from core.ui.components.image_story import neighbours
from core.ui.components.reading import read_drawn
from core.ui.components.sheet import data_url, digit_sheet
from core.ui.page import errors_shown

CANVAS, SIDE = "drawing", 220
"""The Draw page's own canvas, so that its drawing is here too."""
NEIGHBOURS = 10


@dataclass(frozen=True, eq=False)
class Placed:
    """A drawn digit and its nearest training digits, on a map.

    Attributes
    ----------
    pictures : (k + 1, 28, 28) uint8
        The drawn digit, then its neighbours, the nearest first.
    labels : (k,) uint8
        Of the neighbours.
    distances : (k,) float64
        From the drawn digit, 1 is a pixel of full ink.
    places : (k + 1, 2) float32
    """

    pictures: np.ndarray
    labels: np.ndarray
    distances: np.ndarray
    places: np.ndarray


def choose_my_digit() -> UInt8Array | None:
    """Offer the canvas behind a toggle and return the first digit drawn on it, (28, 28) uint8; None without one."""
    if not st.toggle("Your digit on the map", key="mine_on_map", bind="query-params"):
        return None
    with errors_shown():
        look = read_drawn(drawing_canvas(CANVAS, side=SIDE, pen_slider=False))
        if look is not None and look.digits:
            return np.asarray(look.digits[0].image)
    st.caption("Draw a digit here, or on the Draw page.")
    return None


def placed(image: UInt8Array, on: DigitMap) -> Placed:
    """Place a drawn digit (28, 28) uint8 and the ten training digits nearest to it on a map."""
    train = session.dataset().train
    positions, distances = neighbours(session.dataset().fingerprint).nearest(image, NEIGHBOURS)
    pictures = np.concatenate([image[None], train.images[positions]])
    return Placed(pictures, train.labels[positions], distances, on.place(pictures))


def show_neighbours(mine: Placed, on: DigitMap) -> None:
    """Show the nearest training digits, and say how the drawn one was placed."""
    st.markdown(f"**The {len(mine.labels)} training digits most like yours**")
    captions = [f"{label}\n{distance:.1f}" for label, distance in zip(mine.labels, mine.distances, strict=True)]
    digit_sheet(mine.pictures[1:], captions, "my_neighbours", side=48, label="Training digits most like the drawn one")
    st.caption(
        f"{on.placing} The number is the distance of the pixels; 1 is one pixel of full ink. A line leads from each "
        "picture on the map to its own place."
    )


def framed(mine: Placed, *, dark: bool) -> list[str]:
    """Return the pictures as `data:` addresses, each in a frame of its digit's colour, the drawn one of the text's."""
    shades = ["#ffffff" if dark else "#101820", *(SERIES[int(label)] for label in mine.labels)]
    return [data_url(_in_frame(picture, shade)) for picture, shade in zip(mine.pictures, shades, strict=True)]


def _in_frame(picture: UInt8Array, shade: str) -> np.ndarray:
    """Return a picture (28, 28) as (34, 34, 3) uint8, blue, green and red as OpenCV writes it."""
    whole = np.empty((34, 34, 3), np.uint8)
    whole[:] = [int(shade[start : start + 2], 16) for start in (5, 3, 1)]
    whole[3:-3, 3:-3] = picture[:, :, None]
    return whole


def for_replay(mine: Placed, frame: Any) -> dict[str, Any]:
    """Return what a replay draws of it; `frame` turns places into those of the browser."""
    return {
        "pictures": [data_url(picture) for picture in mine.pictures],
        "labels": mine.labels.tolist(),
        "places": frame(mine.places).astype(int).tolist(),
    }
