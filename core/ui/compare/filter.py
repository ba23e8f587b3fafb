"""Which runs of the board are shown, and which columns; both in the page's address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.models.catalogue import short_title
from core.runs.run import Run
from core.ui.addressed import choose_several_named

SHOWN_AT_FIRST = ("Model", "Validation", "Test", "95 % interval", "Trained on", "Fit", "Latency")


def filtered(
    board: list[Run], columns_known: Sequence[str], first: Sequence[str] = SHOWN_AT_FIRST
) -> tuple[list[Run], list[str]]:
    """Return controls to filter the board and to choose its columns; returns the runs and the columns to show."""
    words, kinds, columns = st.columns([3, 3, 2], vertical_alignment="bottom")
    text = words.text_input(
        "Filter", key="filter", bind="query-params", placeholder="name, note, tag or owner", icon=":material/search:"
    )
    known = {kind: short_title(kind) for kind in sorted({run.model for run in board})}
    chosen = choose_several_named("Kinds", known, [], "kinds", control=kinds.pills, selection_mode="multi")
    with columns.popover("Columns", width="stretch"):
        order = st.multiselect(
            "Columns",
            columns_known,
            default=first,
            key="columns",
            bind="query-params",
            max_selections=len(columns_known),
        )
    return matching(board, text, chosen), [name for name in columns_known if name in order]


def matching(board: Sequence[Run], text: str, kinds: Sequence[str] = ()) -> list[Run]:
    """Return the runs of the kinds that hold every word of `text` in name, kind, note, tags, owner or id."""
    words = text.casefold().split()
    return [run for run in board if (not kinds or run.model in kinds) and all(word in _words(run) for word in words)]


def _words(run: Run) -> str:
    return " ".join((run.name, run.model, run.note, run.owner, run.run_id, run.group, *run.tags)).casefold()
