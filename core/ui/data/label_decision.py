"""One doubtful label: its image large, what the models read in it, and the buttons that decide, by keyboard too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.data import label_review
from core.data.label_review import Decision
from core.errors import DigitLabError
from core.permissions import may
from core.ui import identity, session
from core.ui.components.cards import Card, show_cards
from core.ui.text import certainty, escaped, sentence

CANDIDATE = "candidate"
"""In the address: the position of the image in the training set."""
REFUSED = "label_refused"
DIGITS = range(10)


def chosen(rows: list[int], everyone: list[int]) -> int | None:
    """Return the image to decide about: the address's, else the first one that is shown."""
    asked = str(st.query_params.get(CANDIDATE, ""))
    if asked.isdecimal() and int(asked) in everyone:
        return int(asked)
    return rows[0] if rows else None


def choose(position: int | None) -> None:
    """Bring an image to the front; None for the first one that is shown."""
    if position is None:
        st.query_params.pop(CANDIDATE, None)
    else:
        st.query_params[CANDIDATE] = str(position)


def show_decision(table: pd.DataFrame, order: list[int], position: int, decisions: dict[int, Decision]) -> None:
    """Show an image with its label, and the ways to decide.

    Parameters
    ----------
    order : list of int
        Positions of the images that are shown, in their order.
    """
    (row,) = table[table["position"] == position].to_dict("records")
    with st.container(border=True, horizontal=True, vertical_alignment="top", key="label_decision"):
        with st.container(width=190):
            image = session.dataset().train.images[position]
            show_cards([Card(image, f"Labelled {row['given']}", (f"training image {position:,}",))], side=168)
        with st.container(width=640):
            st.markdown(_read(row))
            _say(decisions.get(position))
            _buttons(row, order, position, decisions.get(position))


def _read(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["suggested"]):
        return "The search does not doubt this label."
    return (
        f"Read as **{row['suggested']}** with {certainty(row['probability'])}, as **{row['given']}** with "
        f"{certainty(row['of_given'])}, by a model that was not trained on it."
    )


def _say(decision: Decision | None) -> None:
    refused = st.session_state.pop(REFUSED, "")
    if refused:
        st.error(sentence(refused), icon=":material/error:")
    if decision is not None:
        st.caption(f":material/check: {decision.in_words.capitalize()}, decided by {escaped(decision.owner)}.")


def _buttons(row: Mapping[Any, Any], order: list[int], position: int, decision: Decision | None) -> None:
    actor, given = identity.current_actor(), int(row["given"])
    suggested = None if pd.isna(row["suggested"]) else int(row["suggested"])
    able = may(actor, "review") and (decision is None or may(actor, "revise", decision.owner))
    after = _neighbour(order, position, 1)

    def act(label: int | None) -> Callable[[], None]:
        return lambda: _decide(position, label, after)

    with st.container(horizontal=True, gap="small"):
        st.button("Keep", key="label_keep", shortcut="k", icon=":material/check:", on_click=act(given),
                  disabled=not able, help=f"The label {given} is right.")  # fmt: skip
        st.button("Leave out", key="label_out", shortcut="x", icon=":material/block:", on_click=act(None),
                  disabled=not able, help="Train without this image.")  # fmt: skip
    st.caption("Relabel as (or press the digit)")
    with st.container(horizontal=True, gap="small", key="label_digits"):
        for digit in DIGITS:
            st.button(str(digit), key=f"label_{digit}", shortcut=str(digit), on_click=act(digit),
                      disabled=not able or digit == given,
                      type="primary" if digit == suggested else "secondary")  # fmt: skip
    _steps(order, position)


def _steps(order: list[int], position: int) -> None:
    """Show the ways to the images before and after, and back to before the last decision."""
    with st.container(horizontal=True, gap="small"):
        for name, step, key in (("Previous", -1, "left"), ("Next", 1, "right")):
            there = _neighbour(order, position, step)
            st.button(name, key=f"label_{name.lower()}", shortcut=key, on_click=choose, args=(there,),
                      disabled=there is None, type="tertiary")  # fmt: skip
        st.button("Undo", key="label_undo", shortcut="u", icon=":material/undo:", on_click=_undo, type="tertiary",
                  disabled=identity.barred("review"), help="Take your last decision back.")  # fmt: skip


def _neighbour(order: list[int], position: int, step: int) -> int | None:
    """Return the image before or after; where the image itself is not among those shown, the first of them."""
    if position not in order:
        return order[0] if order else None
    there = order.index(position) + step
    return order[there] if 0 <= there < len(order) else None


def _decide(position: int, label: int | None, after: int | None) -> None:
    try:
        label_review.decide(session.dataset(), position, label, identity.current_actor())
    except DigitLabError as error:
        st.session_state[REFUSED] = str(error)
        return
    choose(after)


def _undo() -> None:
    try:
        choose(label_review.undo(session.dataset(), identity.current_actor()).position)
    except DigitLabError as error:
        st.session_state[REFUSED] = str(error)
