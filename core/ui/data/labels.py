"""Labels: training labels that look wrong, one after the other, to be kept, changed or left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.data import label_review
from core.data.label_review import Decision
from core.jobs.questions.kept import Answer, answer
from core.jobs.questions.wrong_labels import candidates, question
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.components.questions import show_questions
from core.ui.components.sheet import digit_sheet
from core.ui.data.label_decision import choose, chosen, show_decision
from core.ui.data.label_effect import show_label_effect
from core.ui.page import errors_shown, fragment

PURPOSE = (
    "Which labels of the training set are wrong? Five SVMs, each trained on four fifths of the training set, judge the "
    "images that they were not trained on, and confident learning ranks the labels that they contradict. Your "
    "decisions are stored beside the data, which stay as they are."
)
WHY = "A worker trains the fast SVM five times. On the full training set this takes about a minute; it is done once."
SHOWN = {"open": "To review", "more": "Improbable", "reviewed": "Reviewed", "all": "All"}
NOTHING: Answer = {
    "wrong": np.array(0),
    "position": np.zeros(0, np.int64),
    "probabilities": np.zeros((0, 10), np.float32),
}
"""What a search that found nothing would have answered."""
A_PAGE = 40
SHEET = "label_sheet"


def show_labels() -> None:
    """Show the search, or what it found and the decisions about it."""
    st.caption(PURPOSE)
    with errors_shown():
        dataset = session.dataset()
        asked = question(dataset.fingerprint)
        found = answer(asked)
        show_questions([asked], "Search for wrong labels", "Search for wrong labels", WHY)
        if found is not None or label_review.decisions(dataset):
            fragment(_review)(candidates(found or NOTHING, dataset.train.labels), found is not None)


def _review(table: pd.DataFrame, searched: bool) -> None:
    decisions = label_review.decisions(session.dataset())
    st.markdown(summary(table if searched else None, decisions))
    which = choose_named("Show", SHOWN, "open", "labels_shown")
    everyone = with_reviewed(table, decisions)
    rows = _rows(everyone, which, decisions)
    position = chosen(rows["position"].tolist(), everyone["position"].tolist())
    with st.container():
        if position is not None:
            show_decision(everyone, rows["position"].tolist(), position, decisions)
    _sheet(rows, decisions, position)
    show_label_effect(list(decisions.values()))


def summary(table: pd.DataFrame | None, decisions: dict[int, Decision]) -> str:
    """Return in words how many labels look wrong, where they were searched, and what was decided."""
    images = len(session.dataset().train)
    found = "" if table is None else f"**{int(table['wrong'].sum()):,} of {images:,}** training labels look wrong."
    if table is not None and not table["wrong"].all():
        found += f" {int((~table['wrong']).sum()):,} more are improbable."
    if not decisions:
        return f"{found} None has been reviewed yet."
    counted = label_review.counts(list(decisions.values()))
    done = f"{counted['keep']:,} kept, {counted['relabel']:,} relabelled, {counted['leave out']:,} left out"
    return f"{found} {len(decisions):,} reviewed: {done}.".lstrip()


def with_reviewed(table: pd.DataFrame, decisions: dict[int, Decision]) -> pd.DataFrame:
    """Return the candidates, then the reviewed labels that are not among them: these have no suggestion (missing)."""
    others = [decision for position, decision in decisions.items() if position not in set(table["position"])]
    rows = pd.DataFrame({"position": [d.position for d in others], "given": [d.given for d in others]})
    rows = rows.astype(np.int64).assign(wrong=False)
    joined = pd.concat([table.astype({"suggested": "Int64"}), rows], ignore_index=True)
    return joined.astype({"position": np.int64, "given": np.int64, "wrong": bool})


def _rows(table: pd.DataFrame, which: str, decisions: dict[int, Decision]) -> pd.DataFrame:
    if which == "all":
        return table
    reviewed = table["position"].isin(list(decisions))
    if which == "reviewed":
        return table[reviewed]
    return table[~reviewed & (table["wrong"] == (which == "open"))]


def _sheet(rows: pd.DataFrame, decisions: dict[int, Decision], position: int | None) -> None:
    """Show the candidates page by page; a click brings one to the front."""
    if rows.empty:
        st.info("There is no label to show here.", icon=":material/done_all:")
        return
    pages = -(-len(rows) // A_PAGE)
    with st.container():
        shown = st.container()
        number = st.pagination(pages, key="labels_page", bind="query-params") if pages > 1 else 1
    part = rows.iloc[A_PAGE * (number - 1) : A_PAGE * number]
    places = part["position"].tolist()
    with shown:
        digit_sheet(
            session.dataset().train.images[places],
            [caption(row, decisions.get(row["position"])) for row in part.to_dict("records")],
            SHEET,
            selected=places.index(position) if position in places else None,
            label="Training images whose label looks wrong; click one to decide about it",
            on_click=lambda: _clicked(places),
        )
        st.caption(
            "“4, or 9?”: an image with the label 4 in which the models read a 9. The most doubtful come first. "
            "Improbable labels are those with the lowest probability among the labels that do not look wrong."
        )


def caption(row: Mapping[Any, Any], decision: Decision | None) -> str:
    """Return what is said below an image: its label, the suggested one, and the decision."""
    words = str(row["given"]) if pd.isna(row["suggested"]) else f"{row['given']}, or {row['suggested']}?"
    return f"{words}\n{decision.in_words}" if decision else words


def _clicked(places: list[int]) -> None:
    clicked = st.session_state[SHEET].get("clicked")
    if clicked and clicked["index"] < len(places):
        choose(places[clicked["index"]])
