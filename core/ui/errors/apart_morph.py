"""The way from a picture of one digit to one of another, and where each model changes its mind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.apart import morph_chart
from core.explain.morph import WAYS, crossing, morph, share_of_second
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui.addressed import choose_named
from core.ui.components.cards import Card, show_cards
from core.ui.components.judged import Judged
from core.ui.components.run_choice import run_label
from core.ui.text import escaped

FROM, TO = "from", "to"
SHOWN = 9
"""Pictures of the way that are drawn."""


def show_morph(judged: Judged, table: pd.DataFrame, models: list[Run], first: int, second: int) -> None:
    """Show the way between two pictures and every model's probabilities on it."""
    st.subheader(f"From {first} to {second}", anchor=False)
    ends = [_end(judged, table, name, digit) for name, digit in ((FROM, first), (TO, second))]
    way = choose_named("Blend", WAYS, "shape", "blend")
    frames = morph(judged.split.images[ends[0]], judged.split.images[ends[1]], way)
    shown = np.linspace(0, len(frames) - 1, SHOWN).round().astype(int)
    percents = [100 * place / (len(frames) - 1) for place in shown.tolist()]
    show_cards([Card(frames[k], f"{at:.0f} %") for k, at in zip(shown, percents, strict=True)], side=64)
    if not models:
        st.info("None of these models can classify new images.", icon=":material/info:")
        return
    names = {run_label(run): run for run in models}
    shares = {name: share_of_second(predictor(run).predict_proba(frames), first, second) for name, run in names.items()}
    crossings = {name: crossing(rows) for name, rows in shares.items()}
    figure = morph_chart(shares, crossings, {name: run.model for name, run in names.items()}, second)
    st.plotly_chart(figure, key="morph_chart", config={"displayModeBar": False},
                    alt=f"Each model's probability of {second} on the way from one picture to the other")  # fmt: skip
    st.caption(" ".join(change_in_words(name, crossings[name], rows) for name, rows in shares.items()))


def change_in_words(name: str, found: float | None, shares: np.ndarray) -> str:
    """Return where a model changes its mind, in a sentence."""
    if found is None:
        return f"{escaped(name)} never changes its mind."
    times = int(np.count_nonzero(np.diff(shares > 0.5)))
    last = "" if times == 1 else f" for the last of {times} times"
    return f"{escaped(name)} changes its mind{last} at {100 * found:.0f} % of the way."


def _end(judged: Judged, table: pd.DataFrame, name: str, digit: int) -> int:
    """Return the picture at one end: the address's if it shows the digit, else a typical one.

    Typical is the image in the middle of all of its digit, by distance from the border.
    """
    own = table[table["true"] == digit]["position"].tolist()
    asked = str(st.query_params.get(name, ""))
    if asked.isdecimal() and int(asked) in own:
        return int(asked)
    st.query_params.pop(name, None)
    return int(own[len(own) // 2])


def start_from(position: int, *, is_first: bool) -> None:
    """Take a picture to the end of the way that its digit belongs to."""
    st.query_params[FROM if is_first else TO] = str(position)
