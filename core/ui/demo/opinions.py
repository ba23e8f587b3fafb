"""Step 2 of the demo: what the model that answers says, and what the others say to the same digit."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.charts.palette import colour
from core.reading.segments import FoundDigit
from core.runs.run import Run
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.components.predictions import probabilities
from core.ui.components.reading import STYLE, answers_of, read_by, readers, show_answer, title, voter_row
from core.ui.demo.draw import drawn

EXPLAINED = "A bar is a model’s probability for a digit in %. The first model answers; the others are second opinions."


def show_opinions() -> None:
    """Show the visitor's digit, else one that the models disagree about, and every model's bars."""
    runs, found = readers(), drawn()
    picture, words = st.columns([1, 3], gap="large")
    example = None if found else contested(runs)
    digits = list(found.digits) if found else [_example(example)]
    rows = read_by(runs, digits)
    with words:
        chosen = show_answer(digits, answers_of(runs, rows), runs)
        bars = [voter_row(title(run), rows[run.run_id][chosen], colour(run.model)) for run in runs]
        st.html(f'{STYLE}<div style="--bar:{bar_height(len(bars)):.2f}rem">{"".join(bars)}</div>')
    with picture:
        show_cards([Card(digits[chosen].image, _title(example))], side=224)
        st.caption(EXPLAINED)


def bar_height(models: int) -> float:
    """Return how high a bar may be, in rem, so that the bars of all models fit a projector's screen."""
    return max(0.6, min(3.0, 25 / models - 2.3))


def _example(position: int | None) -> FoundDigit:
    return FoundDigit(session.dataset().validation.images[position], (0, 0, 28, 28), 0)


def _title(example: int | None) -> str:
    if example is None:
        return "Your digit as model input"
    return f"A {session.dataset().validation.labels[example]} from the validation images; draw your own in step 1"


def contested(runs: list[Run]) -> int:
    """Return position of the first validation image that not all runs read alike, and the first rightly.

    0 without any.
    """
    rows = np.array([probabilities(run, "validation") for run in runs])
    read = rows.argmax(axis=2)
    return int(((read != read[0]).any(axis=0) & (read[0] == session.dataset().validation.labels)).argmax())
