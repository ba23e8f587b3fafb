"""See it think: what happens inside a model on the way from the drawn digit to the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.arrays import UInt8Array
from core.models.catalogue import title_of
from core.runs.run import Run
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.components.think_forest import show_questions
from core.ui.components.think_network import show_layers
from core.ui.components.think_support import show_pulls

SHOWS: dict[str, Callable[[Run, UInt8Array, bool], None]] = {
    "cnn": show_layers,
    "svm": show_pulls,
    "forest": show_questions,
}


def show_thinking(image: UInt8Array, runs: Mapping[str, Run], *, compact: bool = False) -> None:
    """Let people choose one of the models that answer, and show what happens in it.

    Parameters
    ----------
    image : (28, 28) uint8
    runs : title of a model -> its run
    compact : whether it must fit a part of a projector's screen; then the parts that matter least are left out
    """
    shown = thinking(list(runs.values()))
    if not shown:
        st.info("None of these models can be shown from the inside.", icon=":material/info:")
        return
    titles = {kind: title_of(kind) for kind in shown}
    kind = choose_named(
        "See inside", titles, next(iter(titles)), "think_model", label_visibility="collapsed" if compact else "visible"
    )
    SHOWS[kind](shown[kind], image, compact)


def thinking(runs: list[Run]) -> dict[str, Run]:
    """Return the models that can be shown, by kind, the one that answers first; members stand for their ensemble."""
    found: dict[str, Run] = {}
    for run in runs:
        members = run.committee.members if run.committee else ()
        for single in [run, *(session.run_by_id(member.run_id) for member in members)]:
            if single and single.model in SHOWS and single.has_model and single.specification:
                found.setdefault(single.model, single)
    return found
