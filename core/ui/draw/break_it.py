"""Spoil a digit with sliders while every model votes, and see where each changes its mind."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from core.arrays import UInt8Array
from core.explain.breaking import DIALS, Damage, Dial, Turn, spoil, sweep, turn
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.draw.break_it_chart import turning_chart
from core.ui.text import certainty

OWN, VALIDATION = "my drawing", "a validation digit"


def show_break_it(drawn: UInt8Array | None, runs: Mapping[str, Run]) -> None:
    """Show sliders, the spoilt digit, what every model reads in it, and their turning points.

    Parameters
    ----------
    drawn : (28, 28) uint8 or None
        The digit on the canvas, if there is one.
    runs : title of a model -> its run
    """
    left, right = st.columns([2, 3], gap="large")
    with left:
        image = _chosen(drawn)
        damage = Damage(**{dial.name: _slider(dial) for dial in DIALS})
        st.button("Reset", on_click=mend, icon=":material/restart_alt:", key="break_mend")
    with right:
        _votes(image, damage, runs)
        title = st.segmented_control(
            "Change points along", [dial.title for dial in DIALS], default=DIALS[0].title, key="break_dial"
        )
        dial = next((dial for dial in DIALS if dial.title == title), DIALS[0])
        swept = {name: sweep(predictor(run).predict_proba, image, damage, dial) for name, run in runs.items()}
        turns = {name: turn(dial.amounts, rows) for name, rows in swept.items()}
        kinds = {name: run.model for name, run in runs.items()}
        figure = turning_chart(dial, swept, turns, getattr(damage, dial.name), kinds)
        st.plotly_chart(figure, key="break_chart", config={"displayModeBar": False})
        st.caption(" ".join(f"{name} {in_words(found, dial)}." for name, found in turns.items()))


def _chosen(drawn: np.ndarray | None) -> np.ndarray:
    judged = session.dataset().validation
    ways = [VALIDATION] if drawn is None else [OWN, VALIDATION]
    way = st.segmented_control("Break", ways, default=ways[0], key=f"break_what_{len(ways)}") or ways[0]
    if way == OWN and drawn is not None:
        return drawn
    number = st.number_input("Number of the validation digit", 0, len(judged) - 1, 7, key="break_number")
    return np.asarray(judged.images[int(number)])


def _slider(dial: Dial) -> float:
    whole = float(dial.step).is_integer()
    return float(
        st.slider(f"{dial.title} ({dial.unit})", float(dial.low), float(dial.high), 0.0, float(dial.step),
                  key=f"break_{dial.name}", format="%d" if whole else "%g")
    )  # fmt: skip


def mend() -> None:
    """Put every slider back."""
    for dial in DIALS:
        st.session_state[f"break_{dial.name}"] = 0.0


def _votes(image: UInt8Array, damage: Damage, runs: Mapping[str, Run]) -> None:
    """Show the digit before and after, and every model's answer to both."""
    spoilt = spoil(image, damage)
    table = answers(np.stack([image, spoilt]), runs)
    pictures, votes = st.columns([1, 2], vertical_alignment="center")
    with pictures:
        show_cards([Card(image, "whole"), Card(spoilt, "spoilt")], side=96)
    with votes:
        st.html("".join(_line(*row) for row in table.itertuples(index=False)))


def answers(images: UInt8Array, runs: Mapping[str, Run]) -> pd.DataFrame:
    """Return each model's prediction of the original and the corrupted image: `model`, `whole`, `spoilt`, `sure`."""
    rows = {name: predictor(run).predict_proba(images) for name, run in runs.items()}
    return pd.DataFrame(
        [
            {"model": name, "whole": int(both[0].argmax()), "spoilt": int(both[1].argmax()), "sure": both[1].max()}
            for name, both in rows.items()
        ]
    )


def _line(name: str, whole: int, spoilt: int, sure: float) -> str:
    changed = "" if spoilt == whole else f" instead of {whole}"
    return (
        f'<div style="margin:.2rem 0"><b style="font-size:1.4rem">{spoilt}</b>{changed} · {html.escape(name)}, '
        f"probability {certainty(sure)}</div>"
    )


def in_words(found: Turn, dial: Dial) -> str:
    """Return where a model changes its mind: "reads 7, but 2 from 35 ° on"."""
    ends = [
        f"{read} from {amount:g} {dial.unit} on"
        for amount, read in ((found.below, found.below_read), (found.above, found.above_read))
        if amount is not None
    ]
    return f"predicts {found.read}, but {' and '.join(ends)}" if ends else f"predicts {found.read} over the whole range"
