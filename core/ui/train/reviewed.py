"""Which labels a training takes: the data's, the reviewed ones, or those of the run that is trained again."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.data.label_review import corrections, decisions
from core.errors import DataError
from core.preprocessing.experiments import Correction
from core.ui.addressed import choose_named
from core.ui.text import sentence

LABELS = "labels"
"""In the address."""
GIVEN, REVIEWED, OF_RUN = "given", "reviewed", "of_run"


def choose_corrections(dataset: Dataset, of_run: tuple[Correction, ...], mark: str) -> tuple[Correction, ...]:
    """Let people choose labels; returns the corrections that the training takes.

    Parameters
    ----------
    of_run : tuple of Correction
        What the run that is trained again took.
    """
    changed = _changed(dataset)
    titles = {GIVEN: "As given"}
    if changed:
        titles[REVIEWED] = f"Reviewed ({changed:,} changed)"
    if of_run:
        titles[OF_RUN] = f"As in the run ({len(of_run):,} changed)"
    if len(titles) == 1:
        st.query_params.pop(LABELS, None)
        st.page_link("pages/1_Data.py", label="Review labels that look wrong", icon=":material/fact_check:",
                     query_params={"part": "labels"})  # fmt: skip
        return ()
    chosen = choose_named("Labels", titles, OF_RUN if of_run else GIVEN, LABELS, mark)
    return corrections(dataset) if chosen == REVIEWED else of_run if chosen == OF_RUN else ()


def _changed(dataset: Dataset) -> int:
    """Return how many reviewed labels are changed or left out; 0, with the reason, where the list is damaged."""
    try:
        return sum(decision.verdict != "keep" for decision in decisions(dataset).values())
    except DataError as error:
        st.error(sentence(error), icon=":material/error:")
        return 0
