"""Step 5 of the demo: how sure a model must be to answer, and whether it would answer the visitor."""

from __future__ import annotations

import streamlit as st

from core.reading.look import Look
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.components.judged import Judged
from core.ui.components.predictions import probabilities
from core.ui.components.reading import read_by, readers, title
from core.ui.components.refusal import NOTCHES, START, refusal, show_figures
from core.ui.demo.draw import drawn
from core.ui.text import certainty

SHOWN = 9


def show_refuse() -> None:
    """Show the slider, what it does to the test images, those it refuses, and the visitor's own digit."""
    run = readers()[0]
    judged = Judged(run, session.judging("test"), tuple(readers()))
    sure = st.select_slider(
        f"{title(run)}: minimum probability for an answer", NOTCHES, START, key="demo_sure",
        format_func=lambda notch: f"{notch:g} %" if notch else "always",
    ) / 100  # fmt: skip
    test = refusal(judged, "test", sure)
    show_figures(test, refusal(judged, "validation", sure))
    refused, own = st.columns([4, 1], gap="large")
    with refused:
        _refused(judged, test.refused[:SHOWN].tolist(), sure)
    with own:
        _own(drawn(), judged, sure)


def _refused(judged: Judged, positions: list[int], sure: float) -> None:
    if not positions:
        st.markdown("**No test image is rejected.**")
        return
    rows, split = probabilities(judged.run, "test"), session.dataset().test
    st.markdown(f"**The {len(positions)} images with the lowest probability**: a person has to look at these")
    show_cards(
        [Card(split.images[place], f"a {split.labels[place]}", (certainty(float(rows[place].max())),))
         for place in positions],
        side=80,
    )  # fmt: skip


def _own(found: Look | None, judged: Judged, sure: float) -> None:
    st.markdown("**Your digit**")
    if not found:
        st.caption("Draw a digit in step 1 to see whether it is rejected.")
        return
    (row,) = read_by([judged.run], [found.digits[0]])[judged.run.run_id]
    strange = bool(found.strange[0])
    told = decision(float(row.max()), sure, strange)
    show_cards([Card(found.digits[0].image, told, (f"{row.argmax()}, {certainty(float(row.max()))}",))], side=80)


def decision(probability: float, threshold: float, strange: bool) -> str:
    """Decide whether an answer of this probability (0..1) is given: the image must also look like a digit."""
    if strange:
        return "rejected: not a digit?"
    return "answered" if probability >= threshold else "rejected"
