"""The images between two digits: those nearest to a model's border, and the clearest of each side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.evaluation.apart import clearest, side_table
from core.runs.run import Run
from core.ui.components.cards import Card, show_cards
from core.ui.components.judged import Judged
from core.ui.components.predictions import probabilities
from core.ui.components.sheet import digit_sheet
from core.ui.errors.apart_morph import start_from
from core.ui.text import certainty, escaped

NEAREST, CLEAREST = 24, 6
SHEET = "border_sheet"


def show_border(judged: Judged, table: pd.DataFrame, first: int, second: int) -> None:
    """Show the images between which the model hesitates most; a click takes one into the morph."""
    st.subheader("Nearest to the border", anchor=False)
    rows = table.head(NEAREST)
    positions = rows["position"].tolist()
    digit_sheet(
        judged.split.images[positions],
        [f"a {row.true}\n{certainty(row.share)}" for row in rows.itertuples()],
        SHEET,
        side=72,
        label=f"Images that {judged.run.name} finds hardest to tell apart; click one to morph it",
        on_click=lambda: _clicked(positions, rows["true"].tolist(), first),
    )
    st.caption(
        f"In percent: the probability of {second} for {escaped(judged.run.name)} if only {first} and {second} were "
        "possible. Click an image to morph from it or to it."
    )


def _clicked(positions: list[int], true: list[int], first: int) -> None:
    clicked = st.session_state[SHEET].get("clicked")
    if clicked and clicked["index"] < len(positions):
        start_from(positions[clicked["index"]], is_first=true[clicked["index"]] == first)


def show_clearest(judged: Judged, models: list[Run], first: int, second: int) -> None:
    """Show for each model the images that are furthest on the right side of its border."""
    st.subheader("Clearest examples", anchor=False)
    for run in models:
        table = side_table(judged.labels, probabilities(run, judged.split_name), first, second)
        st.markdown(f"**{escaped(run.name)}**")
        rows = pd.concat([clearest(table, digit, second, CLEAREST) for digit in (first, second)])
        show_cards(
            [Card(judged.split.images[row.position], f"a {row.true}") for row in rows.itertuples()],
            side=56,
        )
    st.caption(f"The images of {first} and {second} whose odds of the right digit against the other are highest.")
