"""The steps of the lab's recipe: choose, order and set them; the page's address holds them under `lab`."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.preprocessing.base_step import BaseStep
from core.preprocessing.recipe import ORDER, RECIPES
from core.preprocessing.recipe_text import steps_of, text_of
from core.preprocessing.steps import STEPS
from core.ui.components.controls import controls
from core.ui.components.recipe_choice import LAB
from core.ui.data.choice import LABELS

Steps = tuple[BaseStep, ...]
EDITION = "lab_edition"
CARD_WIDTH = 262


def choose_recipe() -> None:
    """Start from a named recipe, or add a step to the one that is there."""
    steps = lab_steps()
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with left.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown("Start from", width="content")
        for name, recipe in RECIPES.items():
            look: Literal["primary", "secondary"] = "primary" if recipe.steps == steps else "secondary"
            st.button(LABELS[name], key=f"lab_start_{name}", type=look, on_click=_start, args=(recipe.steps,))
    there = {step.kind for step in steps}
    right.selectbox(
        "Add a step",
        [kind for kind in STEPS if kind not in there],
        index=None,
        format_func=lambda kind: STEPS[kind].title,
        key=f"lab_add{_edition()}",
        on_change=_add,
        placeholder="Choose ...",
    )


def lab_steps() -> Steps:
    """Return the steps in the page's address, in whatever order they stand."""
    return steps_of(str(st.query_params.get(LAB, "")))


def step_cards() -> Steps:
    """Draw a card with the sliders of every step, and return the steps as they are set now."""
    steps = lab_steps()
    with st.container(horizontal=True, key="steps"):
        changed = tuple(_card(steps, position) for position in range(len(steps)))
    if changed != steps:
        _store(changed)
    return changed


def _card(steps: Steps, position: int) -> BaseStep:
    step = steps[position]
    with st.container(border=True, width=CARD_WIDTH):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(
                f"**{position + 1}. {step.title}**", help=f"{step.help} Source: {step.source}.", width="stretch"
            )
            _move(steps, position, -1, ":material/arrow_upward:", "Earlier")
            _move(steps, position, 1, ":material/arrow_downward:", "Later")
            st.button(
                "", icon=":material/close:", key=f"lab_remove_{step.kind}", help="Remove", type="tertiary",
                on_click=_store, args=(steps[:position] + steps[position + 1 :],),
            )  # fmt: skip
        key = f"lab{_edition()}_{step.kind}"
        # Where the sliders stand at first must not move with them: the browser would take it for another slider.
        start: BaseStep = st.session_state.setdefault(f"{key}_start", step)
        return controls(type(step), start, key, columns=1, bind=None, persist=True)


def _move(steps: Steps, position: int, by: int, icon: str, words: str) -> None:
    other = position + by
    swaps = 0 <= other < len(steps) and steps[other].stage == steps[position].stage
    order = list(steps)
    if swaps:
        order[position], order[other] = order[other], order[position]
    key = f"lab_{words}_{steps[position].kind}".lower()
    st.button(
        "", icon=icon, key=key, help=words, type="tertiary", disabled=not swaps, on_click=_store, args=(tuple(order),)
    )


def _store(steps: Steps) -> None:
    st.query_params[LAB] = text_of(steps)


def _start(steps: Steps) -> None:
    st.session_state[EDITION] = _edition() + 1
    _store(steps)


def _add() -> None:
    kind, steps = st.session_state[f"lab_add{_edition()}"], lab_steps()
    if kind:
        step = STEPS[kind].model_validate({})
        place = sum(ORDER.index(other.stage) <= ORDER.index(step.stage) for other in steps)
        _start((*steps[:place], step, *steps[place:]))


def _edition() -> int:
    """Part of the sliders' keys: another one makes them stand where the address says."""
    return int(st.session_state.get(EDITION, 0))
