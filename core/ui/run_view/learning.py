"""See it learn: the validation images after each step of a training, played in the browser."""

from __future__ import annotations

import streamlit as st

from core.runs.history import History
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui import session
from core.ui.components.digit_map import DigitMap
from core.ui.components.learned import choose_map, history_of, replay_of, why_none
from core.ui.components.my_digit import Placed, choose_my_digit, for_replay, placed, show_neighbours
from core.ui.components.replay import Frame, show_replay
from core.ui.page import errors_shown, fragment
from core.ui.run_view.learned_images import open_image, opened_of, show_gallery, show_opened
from core.ui.text import certainty

ONE = {"epochs": "an epoch", "trees": "some trees more"}


@fragment
def show_learning(run: Run) -> None:
    """Show the replay of a run's training and the galleries of its images; or why there is none."""
    history = history_of(run)
    if history is None:
        st.info(why_none(run), icon=":material/replay:")
        return
    _replay(run, history, choose_map())
    if opened_of(run) is None:
        show_gallery(run, history)
    else:
        show_opened(run, history)


def _replay(run: Run, history: History, on: DigitMap) -> None:
    place = st.container()
    mine = _mine(run, on)
    with place:
        drawn = None if mine is None else for_replay(mine, Frame(on.places))
        clicked = show_replay(replay_of(run, history, on), "replay", mine=drawn)
        st.caption(
            f"Each frame: the {len(session.dataset().validation):,} validation images after {ONE[history.unit]}. "
            f"{on.about} Click an image or a dot to open it below."
        )
    if clicked is not None:
        open_image(run, clicked)


def _mine(run: Run, on: DigitMap) -> Placed | None:
    """Show the canvas and what is most like the drawn digit."""
    left, right = st.columns([2, 5], gap="medium", vertical_alignment="bottom")
    with left:
        image = choose_my_digit()
    if image is None:
        return None
    mine = placed(image, on)
    with right:
        with errors_shown():  # a lost model takes nothing from the replay
            if run.has_model:
                row = predictor(run).predict_proba(image[None])[0]
                digit, sure = int(row.argmax()), certainty(float(row.max()))
                st.markdown(f"The trained model reads **{digit}**, probability {sure}.")
        show_neighbours(mine, on)
    return mine
