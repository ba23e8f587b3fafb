"""Home's canvas, with the answer of the model that answers beside it while people draw."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.charts.palette import colour
from core.models.catalogue import short_title
from core.reading.drawing import read_drawing
from core.reading.segments import FoundDigit
from core.runs.judging import widest
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui import session
from core.ui.components.canvas import drawing_canvas, replace
from core.ui.components.first_steps import tick_off
from core.ui.components.novelty import show_warnings
from core.ui.components.reading import STYLE, answering, answers_of, say_no_model, show_answer, voter_row
from core.ui.components.sheet import digit_sheet
from core.ui.page import errors_shown, fragment
from core.ui.text import certainty

CANVAS, SIDE = "drawing", 300
"""The Draw page's own canvas, so that a drawing can go on there."""
EXAMPLES = "home_examples"


def show_drawing() -> None:
    """Show canvas at the left, answer at the right; only this part runs again after a stroke."""
    run = answering()
    if run is None:
        say_no_model()
        return
    fragment(_draw_and_read)(run)


def _draw_and_read(run: Run) -> None:
    canvas, answer = st.columns([4, 7], gap="medium")
    found = drawing = None
    with canvas, errors_shown():
        drawing = drawing_canvas(CANVAS, side=SIDE, pen_slider=False)
        found = read_drawing(drawing, predictor(run)) if drawing else None
    with answer:
        with st.container(key="prediction"), errors_shown():
            if found:
                _answer(list(found.digits), found.probabilities, run)
                show_warnings(found)
                tick_off("Draw")
            else:
                _invitation(run)
        if found and st.button("See every model's answer", key="home_draw_more", icon=":material/arrow_forward:"):
            replace(CANVAS, (drawing or {}).get("objects", []))
            st.switch_page("pages/7_Draw.py")


def _answer(found: list[FoundDigit], rows: np.ndarray, run: Run) -> None:
    chosen = show_answer(found, answers_of([run], {run.run_id: rows}), [run])
    st.html(STYLE + voter_row(short_title(run.model), rows[chosen], colour(run.model)))


def _invitation(run: Run) -> None:
    """Show what to do, and digits to choose from for those who do not draw: by keyboard too."""
    st.subheader("Draw a digit", anchor=False)
    st.markdown(f"{short_title(run.model)} reads it as you draw{_how_good(run)}. Or choose a digit of MNIST:")
    images = session.dataset().validation.images[_examples(session.dataset().fingerprint)]
    clicked = digit_sheet(images, list("0123456789"), EXAMPLES, side=44, label="Ten digits of the validation images")
    if clicked is not None:
        image = images[clicked]
        _answer([FoundDigit(image, (0, 0, 28, 28), 0)], predictor(run).predict_proba(image[None]), run)


def _how_good(run: Run) -> str:
    name = widest("validation", [run], session.dataset())
    split = "test" if name == "validation" else name
    accuracy, images = run.metrics.get(f"{split}_accuracy"), session.judging(split)
    return (
        "" if accuracy is None else f": **{certainty(accuracy)}** of {len(images.split):,} {images.title} images right"
    )


@st.cache_data(show_spinner=False, max_entries=4)
def _examples(fingerprint: str) -> np.ndarray:
    """Return positions of the first validation image of each digit."""
    labels = session.dataset().validation.labels
    return np.array([int(np.argmax(labels == digit)) for digit in range(10)])
