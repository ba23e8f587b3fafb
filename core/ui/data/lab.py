"""The lab: one digit through the steps of a recipe, the picture after every stage beside the next."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.charts.strips import strip
from core.data.dataset import Split
from core.errors import RecipeError
from core.models.catalogue import CATALOGUE
from core.preprocessing.affine import Affine
from core.preprocessing.pipeline import Pipeline, Stage
from core.preprocessing.recipe import Recipe
from core.preprocessing.recipe_text import text_of
from core.preprocessing.reconstruction import picture_left
from core.reading.drawing import digits_of_drawing
from core.ui import session
from core.ui.components.canvas import drawing_canvas
from core.ui.components.cards import Card, cards_html
from core.ui.components.recipe_choice import LAB
from core.ui.data import cached
from core.ui.data.choice import SOURCES, choose_split
from core.ui.data.steps import Steps, choose_recipe, step_cards
from core.ui.page import fragment
from core.ui.text import sentence

CARD = 104
BLANK = np.zeros((28, 28), np.uint8)


@fragment
def show_lab() -> None:
    """Draw the lab."""
    image, _, beside = choose_image()
    if image is None:
        return
    with beside:
        choose_recipe()
        stages = st.container(key="stages")
    st.caption("Add, change, move or remove steps below and see their effect. The last image is the model's input.")
    steps = step_cards()
    show_stages(stages, image, steps)
    _offer_training(steps)


def _offer_training(steps: Steps) -> None:
    """Show a link to Train with these steps, for the first model that takes them.

    None while they do not fit together.
    """
    with suppress(RecipeError):
        recipe = Recipe(steps=steps)
        model = next(name for name, kind in CATALOGUE.items() if kind.takes(recipe))
        st.page_link(
            "pages/2_Train.py",
            label="Train with this recipe",
            icon=":material/play_arrow:",
            query_params={"model": model, LAB: text_of(steps)},
        )


def choose_image() -> tuple[np.ndarray | None, int | None, st.delta_generator.DeltaGenerator]:
    """Let a digit be picked from the data set or drawn.

    Returns
    -------
    (28, 28) uint8 or None, int or None, container
        The digit, None while nothing is drawn; its label where it is known; and the place below or beside it where
        what is made of it shows.
    """
    source = st.segmented_control(
        "Digit from", SOURCES, default=SOURCES[0], required=True, key="source", bind="query-params"
    )
    if source == SOURCES[0]:
        return *_picked(), st.container()
    canvas, beside = st.columns([6, 7], gap="medium")
    with canvas:
        drawing = drawing_canvas("lab_canvas")
    with beside:
        return _drawn(drawing), None, beside


def _picked() -> tuple[np.ndarray, int]:
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    with left:
        split_name = choose_split()
    split = cached.split_named(split_name)
    number = middle.number_input("Image number", 0, len(split) - 1, key="image", bind="query-params")
    with right.container(horizontal=True):
        st.button("Any", icon=":material/casino:", on_click=_any, args=(split,), help="A random image")
        st.button("A slanted one", on_click=_slanted, args=(split,), help="One of the most slanted images")
    return split.images[int(number)], int(split.labels[int(number)])


def _any(split: Split) -> None:
    st.session_state["image"] = int(np.random.default_rng().integers(len(split)))


def _slanted(split: Split) -> None:
    st.session_state["image"] = int(np.random.default_rng().choice(cached.most_slanted(split)))


def _drawn(drawing: dict[str, Any] | None) -> np.ndarray | None:
    if drawing is None:
        st.info(
            "Draw a digit: it is converted to the format of MNIST and goes through the same steps.",
            icon=":material/draw:",
        )
        return None
    return digits_of_drawing(drawing)[0].image


def show_stages(place: st.delta_generator.DeltaGenerator, image: UInt8Array, steps: Steps) -> None:
    """Show a picture after every step; what has to be learned first follows as soon as it is."""
    try:
        recipe = Recipe(steps=steps)
    except RecipeError as error:
        place.html(cards_html([Card(image, "Picture", ("28 × 28, 0 to 255",))], side=CARD))
        place.warning(sentence(error), icon=":material/swap_vert:")
        return
    shown = place.html(cards_html(_first_cards(recipe, image), side=CARD, linked=True))
    learned = _learned(recipe)
    shown.html(cards_html(_all_cards(recipe, learned, image), side=CARD, linked=True))


def _learned(recipe: Recipe) -> tuple[Affine, ...]:
    return cached.learned(session.dataset().fingerprint, recipe) if recipe.learned else ()


def _first_cards(recipe: Recipe, image: UInt8Array) -> list[Card]:
    """Return what is there at once: pictures, without what has to be learned or timed."""
    stages = Pipeline(recipe).stages(image)
    waiting = [Card(BLANK, step.title, ("fitting ...",)) for step in recipe.learned]
    return [*_as_cards(stages, ["... ms per 1,000"] * len(recipe.fixed)), *waiting]


def _all_cards(recipe: Recipe, learned: tuple[Affine, ...], image: UInt8Array) -> list[Card]:
    stages = Pipeline(recipe, learned).stages(image)
    left = picture_left(recipe, learned, stages[-1].array)
    back = [Card(left, "Back to pixels", ("the image reconstructed from these numbers",))] if left is not None else []
    return [*_as_cards(stages, _times(recipe, stages)), *back]


def _as_cards(stages: list[Stage], times: list[str]) -> list[Card]:
    padded = ["", *times] + [""] * len(stages)
    return [Card(_picture(stage), stage.title, (stage.note, time)) for stage, time in zip(stages, padded, strict=False)]


def _picture(stage: Stage) -> np.ndarray:
    return stage.picture if stage.picture is not None else strip(stage.array)


def _times(recipe: Recipe, stages: list[Stage]) -> list[str]:
    """Return what each fixed step takes; learned ones are one small product and not timed."""
    fingerprint = session.dataset().fingerprint
    times = [
        cached.step_milliseconds(
            fingerprint, step, step.model_dump_json(), before.array.shape, before.array.dtype == np.uint8
        )
        for step, before in zip(recipe.fixed, stages, strict=False)
    ]
    return [f"{time:.1f} ms per 1,000" if time >= 0.05 else "under 0.1 ms per 1,000" for time in times]
