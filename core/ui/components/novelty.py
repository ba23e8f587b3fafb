"""A word of warning when what was drawn is probably no digit."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.evaluation.vote import Vote
from core.explain.novelty import Novelty, load_novelty
from core.reading.segments import FoundDigit


def warn_of_strangers(found: list[FoundDigit], answers: list[Vote]) -> None:
    """Say which of the things that were found look like no digit; nothing when all do."""
    novelty = load_novelty()
    sure = np.array([answer.probability for answer in answers])
    strange = np.flatnonzero(novelty.refuses(np.stack([digit.image for digit in found]), sure))
    if len(strange):
        st.warning(sentence(strange.tolist(), len(found)), icon=":material/question_mark:")
        st.caption(how_often(novelty))


def sentence(strange: list[int], count: int) -> str:
    """Return which of `count` things look like no digit: "This does not look like a digit"."""
    if count == 1:
        what = "This does not look like a digit"
    elif len(strange) == count:
        what = "None of these look like digits"
    else:
        numbers = ", ".join(str(position + 1) for position in strange)
        what = f"Number {numbers} does not look like a digit" if len(strange) == 1 else f"No digits: numbers {numbers}"
    return f"{what}: more like a letter or a scribble. The models still have to choose one of the ten digits."


def how_often(novelty: Novelty) -> str:
    """Return how far the warning can be trusted, in a sentence."""
    return (
        f"{100 * novelty.false_alarms:.1f} % of MNIST's 5,000 validation digits are rejected by mistake. "
        f"{100 * novelty.letters_caught:.0f} % of letters and {100 * novelty.scribbles_caught:.0f} % of "
        "scribbles are detected; letters that look like digits (O, I, S, Z, B, q ...) are not."
    )
