"""A picture with its digits drawn on it: look, correct, copy, download, keep."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from core.at_once import AtOnce
from core.cells import as_csv
from core.charts.boxes import boxes_on_picture, turned_boxes
from core.data.own_digits import own_digits, save
from core.errors import ImageError, InputError
from core.permissions import require
from core.reading.examples import EXAMPLES, example
from core.reading.judge import Judge, judge_of
from core.reading.look import Look
from core.reading.picture import read_picture
from core.reading.upload import open_picture
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui import identity, session
from core.ui.components.reading import answering
from core.ui.draw.sheet import Sheet, as_kept, keep, picture_key, sheet_of
from core.ui.text import sentence

READING = AtOnce(2, "Other pictures are being read at the moment; try again in a minute.", error=ImageError)
"""A large one takes some hundred megabytes meanwhile."""
SHOWN = 1_600
CHOSEN = "picture_chosen"
SAVED = "picture_saved"
DIGIT, LABEL = "picture_digit", "picture_label"
"""Keys that stay whatever is chosen: with another key the old control stands beside the new one until the page has run,
and what is below it jumps while it is clicked."""

KINDS = {"many": "Find the digits", "one": "One digit"}
TURNS: dict[str, int | None] = {
    "As it reads best": None, "Do not turn": 0, "Turn left": 1, "Turn by 180°": 2, "Turn right": 3,
}  # fmt: skip
CHOICES = "If it shows one digit, choose “One digit”; if it lies on its side, turn it."
SEEN = "What the program saw"
LEGEND = "Green: read. Red: check this one. Blue: corrected by you. Click a box to change it."


def example_chosen() -> bytes | None:
    """Return buttons with example pictures; the chosen one as a file, None before any was chosen."""
    with st.popover("Example pictures", icon=":material/image:"):
        st.caption("Composed of MNIST validation digits.")
        with st.container(horizontal=True):
            for name in EXAMPLES:
                st.button(name, key=f"example_{name}", on_click=_choose_example, args=(name,))
    title = st.session_state.get("example_picture")
    digits = session.dataset().validation
    return _example(title, session.dataset().fingerprint, digits.images, digits.labels) if title in EXAMPLES else None


def _choose_example(title: str) -> None:
    st.session_state["example_picture"] = title


@st.cache_data(max_entries=10, show_spinner=False)
def _example(title: str, fingerprint: str, _images: np.ndarray, _labels: np.ndarray) -> bytes:
    return example(title, _images, _labels)


def look_at(data: bytes) -> Look | None:
    """Let people say how a picture is to be read and correct what was found.

    Returns
    -------
    Look or None
        What is read in the digits as they left, split or joined them; None where they removed all.

    Raises
    ------
    NotAllowedError
        Whoever sits here may not upload.
    ImageError
        For a file that is no picture.
    """
    require(identity.current_actor(), "upload")
    run = answering()
    if run is None:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control("The picture shows", list(KINDS), default="many", format_func=KINDS.__getitem__,
                                    key="picture_kind", required=True)  # fmt: skip
        turns = TURNS[st.selectbox("Turn", list(TURNS), key="picture_turns", width=180)]
    picture, reduction = open_picture(data, SHOWN)
    try:
        look = _read(data, run, kind == "one", turns)
    except ImageError as error:
        st.image(np.rot90(picture, turns or 0), width="stretch", caption=SEEN)
        raise ImageError(f"{error} {CHOICES}") from None
    sheet = sheet_of(look, picture_key(data, run.run_id, kind, turns))
    _show(sheet, picture, reduction, (look.turns if turns is None else turns), judge_of(predictor(run)))
    return sheet.look


def _read(data: bytes, run: Run, one: bool, turns: int | None) -> Look:
    """Return what is read in a picture; the last one is kept, so that a click does not read it anew."""
    key = picture_key(data, run.run_id, one, turns)
    kept = st.session_state.get("picture_look")
    if kept is None or kept[0] != key:
        with READING.place():
            kept = (key, read_picture(data, predictor(run), turns=turns, one=one))
        st.session_state["picture_look"] = kept
    found: Look = kept[1]
    return found


def _show(sheet: Sheet, picture: np.ndarray, reduction: float, turns: int, judge: Judge) -> None:
    """Show the picture (h, w, 3), turned by quarters as it was read, its digits, and what may be done with them."""
    table = sheet.table
    table[["x", "y", "width", "height"]] /= reduction
    table = turned_boxes(table, turns, *picture.shape[:2])
    chosen = _chosen(sheet)
    key = f"picture_{sheet.key[:8]}_{len(sheet.entries)}"
    st.plotly_chart(
        boxes_on_picture(np.rot90(picture, turns), table, chosen=chosen), key=key,
        on_select=partial(_clicked, key, sheet.key), selection_mode="points", config={"displayModeBar": False},
        alt=f"The picture with {len(sheet.entries)} digits marked: {sheet.text}",
    )  # fmt: skip
    st.caption(LEGEND)
    _choice(sheet, chosen)
    if chosen is not None:
        _actions(sheet, chosen, judge)
    st.code(sheet.text or " ", language=None)
    with st.container(horizontal=True):
        st.download_button("Download table", as_csv(sheet.table), "digits.csv", "text/csv",
                           icon=":material/download:", key="picture_table")  # fmt: skip
        saved, count = st.session_state.get(SAVED) == _mark(sheet), len(sheet.corrections)
        st.button(
            f"{'Saved' if saved else 'Save'} {count} to my digits" if count else "Save corrections to my digits",
            key="picture_save", icon=":material/check:" if saved else ":material/school:", on_click=_save,
            args=(sheet,), disabled=saved or identity.barred("keep digits"),
            help="Corrected digits, kept on this server for you alone.",
        )  # fmt: skip


def _clicked(key: str, sheet: str) -> None:
    """Choose the digit whose box was clicked."""
    points = st.session_state[key].selection.points
    if points:
        marked = points[0]["customdata"]
        if not isinstance(marked, int | float):  # a row of a numpy array arrives as a list or a dictionary
            marked = next(iter(marked.values() if isinstance(marked, dict) else marked))
        st.session_state[CHOSEN] = (sheet, int(marked))


def _chosen(sheet: Sheet) -> int | None:
    key, place = st.session_state.get(CHOSEN, ("", 0))
    return place if key == sheet.key and 0 <= place < len(sheet.entries) else None


def _choice(sheet: Sheet, chosen: int | None) -> None:
    """Let people choose a digit without the mouse too."""
    st.session_state[DIGIT] = chosen
    st.selectbox(
        "Digit to change", range(len(sheet.entries)), key=DIGIT, placeholder="Click a box, or choose here",
        format_func=lambda place: str(place + 1), on_change=_choose, args=(sheet,),
    )  # fmt: skip


def _choose(sheet: Sheet) -> None:
    place = st.session_state[DIGIT]
    st.session_state[CHOSEN] = (sheet.key, -1 if place is None else place)


def _relabel(sheet: Sheet, place: int) -> None:
    _change(sheet, lambda now: now.with_label(place, st.session_state[LABEL]), place)


def _actions(sheet: Sheet, chosen: int, judge: Judge) -> None:
    st.session_state[LABEL] = sheet.entries[chosen].label
    st.pills(f"Digit {chosen + 1} is a", range(10), key=LABEL, required=True, on_change=_relabel, args=(sheet, chosen),
             wrap=True)  # fmt: skip
    with st.container(horizontal=True):
        st.button("Remove", key="picture_remove", icon=":material/delete:", on_click=_change,
                  args=(sheet, lambda now: now.without(chosen), -1))  # fmt: skip
        st.button("Split", key="picture_split", icon=":material/content_cut:", on_click=_change,
                  args=(sheet, lambda now: now.with_split(chosen, judge), chosen))  # fmt: skip
        st.button(
            "Join with the next", key="picture_join", icon=":material/link:", on_click=_change,
            disabled=not sheet.joins(chosen), args=(sheet, lambda now: now.with_joined(chosen, judge), chosen),
        )  # fmt: skip


def _change(shown: Sheet, change: Callable[[Sheet], Sheet], chosen: int) -> None:
    """Change the digits as they stand now and choose one of them, none for -1.

    Nothing where another digit has come to the place since the page was drawn.
    """
    now = as_kept(shown)
    if len(now.entries) != len(shown.entries):
        return
    try:
        sheet = change(now)
    except ImageError as error:
        st.toast(sentence(error), icon=":material/info:")
    else:
        keep(sheet)
        st.session_state[CHOSEN] = (sheet.key, chosen)


def _save(sheet: Sheet) -> None:
    """Keep what people corrected, also what the page does not show yet; what they kept before counts as saved."""
    sheet = as_kept(sheet)
    if not sheet.corrections:
        st.toast("Nothing is corrected yet: click a box and choose the right digit.", icon=":material/info:")
    owner = identity.current_user()
    kept = {(digit.image.tobytes(), digit.label) for digit in own_digits(owner)}
    saved = 0
    for entry in sheet.corrections:
        try:
            if (entry.digit.image.tobytes(), entry.label) not in kept:
                save(owner, entry.digit.image, entry.label)
            saved += 1
        except InputError as error:
            st.toast(sentence(error), icon=":material/info:")
    if saved:
        st.session_state[SAVED] = _mark(sheet)


def _mark(sheet: Sheet) -> tuple[str, str]:
    """Return what tells a sheet that was saved from one that was changed since."""
    return sheet.key, sheet.text
