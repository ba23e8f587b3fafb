"""Step 2 of the demo: what every model says, and how their mean decides."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.charts.palette import TEXT, colour
from core.evaluation.vote import votes
from core.reading.segments import FoundDigit
from core.runs.run import Run
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.components.predictions import probabilities
from core.ui.components.reading import STYLE, read_by, show_answer, title, voter_row, voters
from core.ui.demo.draw import drawn

EXPLAINED = "Each bar is a model’s probability for a digit in %; the vote is the mean over the models."


def show_vote() -> None:
    """Show the visitor's digit, else one that the models quarrel about.

    Then every model's bars and those of the vote.
    """
    runs, found = voters(), drawn()
    picture, words = st.columns([1, 3], gap="large")
    example = None if found else contested(runs)
    digits = found or [FoundDigit(session.dataset().validation.images[example], (0, 0, 28, 28), 0)]
    rows = read_by(runs, digits)
    with words:
        chosen = show_answer(digits, votes(rows), runs)
        mean = np.mean([rows[run.run_id][chosen] for run in runs], axis=0)
        bars = [voter_row(title(run), rows[run.run_id][chosen], colour(run.model)) for run in runs]
        st.html(STYLE + "".join([*bars, voter_row("The vote", mean, TEXT)]))
    with picture:
        show_cards([Card(digits[chosen].image, _title(example))], side=224)
        st.caption(EXPLAINED)


def _title(example: int | None) -> str:
    if example is None:
        return "Your digit as model input"
    return f"A {session.dataset().validation.labels[example]} from the validation images; draw your own in step 1"


def contested(runs: list[Run]) -> int:
    """Return position of the first validation image that not all runs read alike, and their vote rightly.

    0 without any.
    """
    rows = np.array([probabilities(run, "validation") for run in runs])
    read, vote = rows.argmax(axis=2), rows.mean(axis=0).argmax(axis=1)
    return int(((read != read[0]).any(axis=0) & (vote == session.dataset().validation.labels)).argmax())
