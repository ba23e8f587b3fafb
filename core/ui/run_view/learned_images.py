"""The images that a training learned last, forgot again or never learned, as a gallery that opens them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from core.evaluation.forgetting import KINDS, learning_events, remarkable
from core.runs.history import History
from core.runs.run import Run
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.components.image_story import show_story
from core.ui.components.judged import Judged
from core.ui.components.learned import stamp
from core.ui.components.sheet import digit_sheet
from core.ui.text import certainty

SHOWN = 48
SHEET = "learned_sheet"
OPENED = "learned_opened"
"""Session key of the run and the image that are open."""
ONE = {"epochs": "epoch", "trees": "stored number of trees"}
EXPLAINED = {
    "last": "Correct from the named {one} on and to the end, but not from the first; the latest first.",
    "forgotten": "Correct after one {one} and wrong after the next: a forgetting event (Toneva et al. 2019), here of "
    "validation images. Below each: its digit, the last answer, and how often it was forgotten.",
    "never": "Wrong after every {one}; the surest wrong answers first.",
}
STYLE = """<style>
.answers { display: flex; flex-wrap: wrap; gap: 4px; margin: .25rem 0 .75rem; }
.answers span { display: flex; flex-direction: column; align-items: center; min-width: 2.5rem; padding: .15rem .3rem;
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 4px; font-size: .8125rem;
  font-variant-numeric: tabular-nums; }
.answers span.wrong { border: 2px solid #D55E00; }
.answers b { font-size: 1.125rem; line-height: 1.2; }
</style>"""


def show_gallery(run: Run, history: History) -> None:
    """Show the images of a kind that is chosen; a click opens one."""
    st.subheader("Learned last, forgotten, never learned", anchor=False)
    events = _events(history, stamp(run), session.dataset().fingerprint)
    found = {kind: remarkable(events, kind, int(history.steps[0])) for kind in KINDS}
    titles = {kind: f"{title} ({len(found[kind]):,})" for kind, title in KINDS.items()}
    kind = choose_named("Images", titles, "last", "learned")
    chosen = found[kind].head(SHOWN)
    first = f" The first {SHOWN} are shown." if len(found[kind]) > SHOWN else ""
    st.caption(EXPLAINED[kind].format(one=ONE[history.unit]) + first)
    if chosen.empty:
        st.markdown("There are no such images.")
        return
    positions = [int(position) for position in chosen["position"]]
    digit_sheet(
        session.dataset().validation.images[positions],
        [caption(row, kind, history.unit) for row in chosen.to_dict("records")],
        SHEET,
        label=KINDS[kind],
        on_click=partial(_open_clicked, run, positions),
    )


@st.cache_data(show_spinner=False, max_entries=8)
def _events(_history: History, of: str, fingerprint: str) -> pd.DataFrame:
    return learning_events(session.dataset().validation.labels, _history.probabilities, _history.steps)


def caption(row: Mapping[Any, Any], kind: str, unit: str) -> str:
    """Return what stands below an image of the gallery, a row of `learning_events`."""
    if kind == "last":
        since = f"epoch {row['learned']:.0f}" if unit == "epochs" else f"{row['learned']:.0f} trees"
        return f"a {row['digit']}\n{since}"
    told = f"{row['forgotten']} ×" if kind == "forgotten" else certainty(row["probability"])
    return f"{row['digit']} → {row['answer']}\n{told}"


def _open_clicked(run: Run, positions: list[int]) -> None:
    open_image(run, positions[int(st.session_state[SHEET]["clicked"]["index"])])


def open_image(run: Run, position: int) -> None:
    """Open an image of the validation set in the place of the gallery."""
    st.session_state[OPENED] = (run.run_id, position)


def opened_of(run: Run) -> int | None:
    """Return the position of the image that is open, if there is one."""
    run_id, position = st.session_state.get(OPENED, ("", None))
    return position if run_id == run.run_id else None


def show_opened(run: Run, history: History) -> None:
    """Show the image that was opened: the answer after each step, and its story."""
    position = opened_of(run)
    assert position is not None
    images = session.judging("validation")
    st.button("Back to the gallery", key="learned_close", icon=":material/arrow_back:", on_click=_close)
    with st.container(border=True, key="story"):
        st.subheader(f"Image {position:,}, a {images.split.labels[position]}", anchor=False)
        st.markdown(f"**The answer after each {ONE[history.unit]}**, and the probability of its own digit")
        st.html(STYLE + answers_html(history, position, int(images.split.labels[position])))
        if run.finished:
            show_story(Judged(run, images, tuple(session.finished())), position)


def _close() -> None:
    st.session_state.pop(OPENED, None)


def answers_html(history: History, position: int, digit: int) -> str:
    """Return the answers to one image after all steps, as HTML; wrong ones in a thick frame."""
    boxes = []
    for step, row in zip(history.steps, history.probabilities[:, position], strict=True):
        answer, own = int(row.argmax()), certainty(float(row[digit]))
        told = escape(f"After {step} {history.unit}: {answer}, probability of the {digit} {own}")
        wrong = ' class="wrong"' if answer != digit else ""
        boxes.append(f'<span{wrong} title="{told}">{step}<b>{answer}</b>{own}</span>')
    return f'<div class="answers">{"".join(boxes)}</div>'
