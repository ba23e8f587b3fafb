"""What a threshold on a model's confidence does: the share answered, wrong and refused."""

from __future__ import annotations

import streamlit as st

from core.evaluation.reject import Refusal, refuse
from core.text import percent
from core.ui import session
from core.ui.components.judged import Judged
from core.ui.components.predictions import probabilities

NOTCHES = (
    0,
    40,
    50,
    60,
    70,
    75,
    80,
    85,
    90,
    92,
    94,
    95,
    96,
    97,
    98,
    98.5,
    99,
    99.3,
    99.5,
    99.7,
    99.8,
    99.9,
    99.95,
    99.99,
)


START = 90


def refusal(judged: Judged, split: str, threshold: float) -> Refusal:
    """Return what a threshold, 0 to 1, does to a split's images."""
    return refuse(session.judging(split).split.labels, probabilities(judged.run, split), threshold)


def show_figures(test: Refusal, validation: Refusal, title: str = "test") -> None:
    """Show how much of the `title` images is answered, how much of that wrongly, and how much is refused."""
    places = st.columns(3)
    places[0].metric(
        "Answered",
        percent(test.coverage),
        help=f"{test.answered:,} of {test.total:,} {title} images; {100 * validation.coverage:.2f} % on validation.",
    )
    places[1].metric(
        "Error rate of the answers",
        percent(test.error),
        help=f"{test.wrong:,} {title} images; {100 * validation.error:.2f} % on validation.",
    )
    places[2].metric(
        "Rejected",
        f"{len(test.refused):,} images",
        help=f"{test.refused_right:,} of them would have been correct; {len(validation.refused):,} rejected on "
        "validation.",
    )
    st.caption(in_words(test, title))


def in_words(test: Refusal, title: str = "test") -> str:
    """Return what the threshold does on the `title` images, in a sentence."""
    if not test.answered:
        return f"All {title} images are rejected: no prediction reaches this probability."
    caught = len(test.refused) - test.refused_right
    return (
        f"Of the {test.total:,} {title} images, {test.answered:,} are answered, {test.wrong:,} of them "
        f"incorrectly. Of the {len(test.refused):,} rejected, {caught:,} would have been incorrect "
        f"and {test.refused_right:,} correct."
    )
