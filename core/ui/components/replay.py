"""The replay of a training: confusion matrix, map and hardest images after each step, drawn in the browser."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.charts.palette import SERIES, sequential
from core.evaluation.forgetting import hardest
from core.runs.history import History
from core.ui.components.sheet import COLUMNS, data_url, mosaic
from core.ui.theme import is_dark

FOLDER = Path(__file__).parent
HARDEST = 20
FINEST = 65_535

_component = st.components.v2.component(
    "digit_lab_replay",
    html='<div class="replay"></div>',
    css=(FOLDER / "replay.css").read_text("utf-8"),
    js=(FOLDER / "replay.js").read_text("utf-8"),
)


def show_replay(
    content: dict[str, Any], key: str, *, mine: dict[str, Any] | None = None, compact: bool = False
) -> int | None:
    """Show a replay with its slider and play button; returns the position of the image that was just clicked.

    Parameters
    ----------
    content : dict
        As `replay_content` makes it.
    mine : dict, optional
        The drawn digit, as `core.ui.components.my_digit` places it on the same map.
    compact : bool
        For a screen that must not scroll.
    """
    look = {"scale": sequential(is_dark()), "dark": is_dark(), "compact": compact, "mine": mine}
    clicked = _component(key=key, data=content | look, on_clicked_change=lambda: None)
    position = getattr(clicked, "clicked", None)
    return None if position is None else int(position)


def replay_content(
    history: History, labels: UInt8Array, images: UInt8Array, places: np.ndarray, *, name: str, about: str
) -> dict[str, Any]:
    """Return what the browser needs to draw every step by itself.

    Parameters
    ----------
    history : History
        Of the same n images.
    labels : (n,) uint8
    images : (n, 28, 28) uint8
    places : (n, 2) floats
        On the map.
    name : str
        Another one starts the replay afresh.
    about : str
        What the map shows, in a sentence.
    """
    hard = hardest(labels, history.probabilities, HARDEST)
    shown, tiles = np.unique(hard, return_inverse=True)
    across = min(COLUMNS, len(shown))
    return {
        "name": name,
        "about": about,
        "unit": history.unit,
        "steps": history.steps.tolist(),
        "labels": as_text(labels),
        "answers": [as_text(answers) for answers in history.probabilities.argmax(axis=2)],
        "places": base64.b64encode(Frame(places)(places).tobytes()).decode(),
        "hardest": np.stack([hard, tiles.reshape(hard.shape)], axis=2).tolist(),
        "sprite": data_url(mosaic(images[shown])),
        "grid": [across, -(-len(shown) // across)],
        "colours": list(SERIES),
    }


def as_text(digits: np.ndarray) -> str:
    """Return digits (n,) 0..9 as a text of n letters."""
    return (digits.astype(np.uint8) + ord("0")).tobytes().decode("ascii")


class Frame:
    """The square around places (n, 2) on a map, in which the browser draws."""

    def __init__(self, places: np.ndarray) -> None:
        low, high = places.min(axis=0), places.max(axis=0)
        self._middle, self._side = (low + high) / 2, float(max((high - low).max(), 1e-9))

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """Return places (m, 2) as (m, 2) uint16, both axes on one scale; those outside go to the edge."""
        shares = (places - self._middle) / self._side + 0.5
        return np.asarray(np.rint(np.clip(shares, 0, 1) * FINEST).astype("<u2"))
