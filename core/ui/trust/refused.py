"""The test images that a threshold refuses, and those it lets through wrongly; each opens its story."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from core.data.judging import JudgingSet
from core.evaluation.reject import Refusal
from core.ui.addressed import choose_named
from core.ui.components.image_story import SEEN
from core.ui.components.judged import Judged
from core.ui.components.matrix import ANY
from core.ui.components.sheet import digit_sheet
from core.ui.text import certainty

SHOWN, OPENED = "refused", "refused_opened"
KINDS = {"rejected": "Rejected", "wrong": "Answered incorrectly"}
A_PAGE = 32


def show_images(judged: Judged, images: JudgingSet, found: Refusal, rows: np.ndarray) -> None:
    """Show a sheet of the images that are refused, or that are answered wrongly all the same."""
    kind = choose_named("Images", KINDS, "rejected", SHOWN)
    positions = found.refused if kind == "rejected" else found.still_wrong
    split = images.split
    if len(positions) == 0:
        st.info(f"No {images.title} images.", icon=":material/check:")
        return
    st.caption(f"{KINDS[kind]} by digit: {by_digit(split.labels[positions])}. Click an image for details.")
    shown = positions[:A_PAGE]
    captions = [
        f"{split.labels[place]} → {rows[place].argmax()}\n{certainty(float(rows[place].max()))}" for place in shown
    ]
    digit_sheet(
        split.images[shown],
        captions,
        key="refusal_sheet",
        label=KINDS[kind],
        on_click=partial(_remember, shown.tolist()),
    )
    if len(positions) > A_PAGE:
        order = "lowest probability" if kind == "rejected" else "highest probability"
        st.caption(f"The {A_PAGE} images with the {order}, of {len(positions):,}.")
    _open_story(judged, images)


def by_digit(labels: np.ndarray) -> str:
    """Return how many of each true digit, in words, the most frequent first."""
    counts = np.bincount(labels, minlength=10)
    order = np.argsort(-counts, kind="stable")
    return ", ".join(f"{counts[digit]:,} × {digit}" for digit in order if counts[digit])


def _remember(positions: Sequence[int]) -> None:
    clicked = st.session_state["refusal_sheet"].get("clicked")
    if clicked and clicked["index"] < len(positions):
        st.session_state[OPENED] = int(positions[clicked["index"]])


def _open_story(judged: Judged, images: JudgingSet) -> None:
    """Turn to the story on the Errors page when an image has just been clicked."""
    position = st.session_state.pop(OPENED, None)
    if position is not None:
        # What these boxes were left at on the Errors page would win against its address.
        st.session_state.pop(SEEN, None)
        st.session_state.update(number=position, true=ANY, predicted=ANY)
        st.switch_page("pages/5_Errors.py", query_params={"run": judged.run.short_id, "split": images.name})
