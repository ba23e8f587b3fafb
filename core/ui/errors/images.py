"""The images behind a cell of the confusion matrix: a sheet to leaf through, and one image's story on a click."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.evaluation.behind import Context, images_behind
from core.evaluation.label_errors import is_label_error
from core.evaluation.slice_terms import Slice
from core.ui import session
from core.ui.components.first_steps import tick_off
from core.ui.components.image_story import SEEN, show_story
from core.ui.components.judged import Judged
from core.ui.components.matrix import Cell
from core.ui.components.predictions import answers, others_answers, probabilities
from core.ui.components.sheet import digit_sheet
from core.ui.errors.filters import Asked, choose_filters, filtered, has_doubted_labels
from core.ui.errors.matrix import Looked
from core.ui.text import certainty

A_PAGE = 24
SIDE = 88
IMAGE, PAGE, SHEET = "number", "sheet", "image_sheet"
LEGEND = (
    "“4 → 9, 98 %”: a 4 that was predicted as 9 with probability 98 %. “others 4 ×2”: two other models predict 4. "
    "Click an image for details."
)


def show_images(judged: Judged, looked: Looked, cell: Cell | None, part: Slice | None = None) -> None:
    """Show filters, then the sheet of images they leave, or the story of the one that was clicked.

    With a slice, only its images are shown.
    """
    read, silent = others_answers(judged)
    doubted = has_doubted_labels(session.dataset(), judged.split_name)
    asked = choose_filters(cell, looked, others=bool(read), doubted=doubted)
    within = "" if part is None else part.words
    _turn_back((judged.split_name, asked.filters, within), (judged.run.run_id, asked.order))
    context = Context(read, is_label_error(judged.split.index) if doubted else None)
    rows = probabilities(judged.run, judged.split_name)
    table = images_behind(judged.labels, rows, asked.filters, order=asked.order, context=context)
    if looked.view == "difference" and looked.other is not None:
        table = only_differing(table, rows.argmax(axis=1), answers(looked.other, judged.split_name))
    if part is not None:
        table = table[part.members[table["position"].to_numpy()]]
    words, number = st.columns([3, 2], vertical_alignment="center")
    words.markdown(heading(table, asked, judged.images.title, within) + _differing_words(looked))
    with number:
        position = _image_number(len(judged.labels))
    if cell is not None or part is not None or position is not None:
        tick_off("Errors")
    if position is None:
        _sheet(judged, table)
    else:
        _steps(table["position"].to_numpy(), position)
        with st.container(key="story"):
            show_story(judged, position)
    if silent:
        st.caption(f"Left out, because their predictions cannot be read: {', '.join(silent)}.")


def _differing_words(looked: Looked) -> str:
    return ", read differently by the two models" if looked.view == "difference" and looked.other else ""


def only_differing(table: pd.DataFrame, read: np.ndarray, read_by_other: np.ndarray) -> pd.DataFrame:
    """Keep the images (by `position`) that two models, whose answers are (n,) digits, read differently."""
    positions = table["position"].to_numpy()
    return table[read[positions] != read_by_other[positions]]


def _turn_back(what: Hashable, how: Hashable) -> None:
    """Close the story when other images are asked for, and begin with the first page again."""
    seen = st.session_state.get(SEEN)
    st.session_state[SEEN] = (what, how)
    if seen is None or seen == (what, how):
        return
    st.session_state[PAGE] = 1
    if seen[0] != what:
        st.session_state[IMAGE] = None


def heading(table: pd.DataFrame, asked: Asked, split: str, within: str = "") -> str:
    """Return what is shown, in words: "**28 validation images**: true 4, read as 9"; `within` names a slice."""
    filters = asked.filters
    parts = [within] if within else []
    if filters.true is not None:
        parts.append(f"true {filters.true}")
    if filters.predicted is not None:
        parts.append(f"predicted as {filters.predicted}")
    if filters.errors_only:
        parts.append("errors only")
    if filtered(filters):
        parts.append("filtered")
    count = "1 image" if len(table) == 1 else f"{len(table):,} images"
    return f"**{count}** of the {split} set" + (f": {', '.join(parts)}" if parts else "")


def _image_number(images: int) -> int | None:
    if not 0 <= (st.session_state.get(IMAGE) or 0) < images:
        st.session_state[IMAGE] = None
    return st.number_input(
        "Image number",
        0,
        images - 1,
        None,
        key=IMAGE,
        bind="query-params",
        placeholder="number",
        label_visibility="collapsed",
    )


def _sheet(judged: Judged, table: pd.DataFrame) -> None:
    if table.empty:
        st.info("No image matches. Choose another cell, or remove a filter.", icon=":material/search_off:")
        return
    pages = -(-len(table) // A_PAGE)
    with st.container():
        shown = st.container()
        number = st.pagination(pages, key=PAGE, bind="query-params") if pages > 1 else 1
    rows = table.iloc[A_PAGE * (number - 1) : A_PAGE * number]
    positions = rows["position"].to_numpy()
    with shown:
        digit_sheet(
            judged.split.images[positions],
            captions(rows),
            key=SHEET,
            label="Images of the selected cell; click one for details",
            side=SIDE,
            on_click=partial(_open_clicked, positions.tolist()),
        )
        st.caption(LEGEND)


def _open_clicked(positions: Sequence[int]) -> None:
    clicked = st.session_state[SHEET].get("clicked")
    if clicked and clicked["index"] < len(positions):
        st.session_state[IMAGE] = int(positions[clicked["index"]])


def _steps(positions: np.ndarray, position: int) -> None:
    """Show back to the sheet, or on to the image before or after."""
    here = np.flatnonzero(positions == position)
    place = int(here[0]) if len(here) else None
    with st.container(horizontal=True):
        st.button("All images", icon=":material/grid_view:", on_click=_open, args=(None,), key="back")
        for name, step in (("Previous", -1), ("Next", 1)):
            there = None if place is None or not 0 <= place + step < len(positions) else int(positions[place + step])
            st.button(name, on_click=_open, args=(there,), disabled=there is None, key=name.lower())


def _open(position: int | None) -> None:
    st.session_state[IMAGE] = position


def captions(rows: pd.DataFrame) -> list[str]:
    """Return three lines an image: what it is and was read as, how sure, and what the other models read."""
    reads = rows.filter(regex=r"^reads: ").to_numpy()
    firsts = zip(rows["true"], rows["predicted"], rows["probability"], rows["label_error"], strict=True)
    return [
        f"{true} → {predicted}{' (label doubted)' if doubted else ''}\n{certainty(sure)}{_others(read)}"
        for (true, predicted, sure, doubted), read in zip(firsts, reads, strict=True)
    ]


def _others(read: np.ndarray) -> str:
    if not len(read):
        return ""
    counted = Counter(read.tolist()).most_common()
    return "\nothers " + ", ".join(
        f"{digit}\u00a0×{models}" if len(read) > 1 else str(digit) for digit, models in counted
    )
