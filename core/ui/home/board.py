"""Home's leaderboard: a row a run that opens it, with its accuracy, its errors digit by digit and its worst digit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import streamlit as st

from core.charts.palette import colour
from core.data.dataset import Dataset
from core.errors import DigitLabError
from core.evaluation.weakness import Weakness, weakness
from core.models.catalogue import short_title
from core.runs.run import Run
from core.text import percent
from core.ui import session
from core.ui.components.champion import champion_id
from core.ui.components.predictions import probabilities
from core.ui.components.run_marks import run_marks
from core.ui.components.run_rows import Row, show_rows
from core.ui.text import interval_in_words

SHOWN = 8
EXPLAINED = "Ordered by validation accuracy; no model is chosen by the test images."


def show_leaderboard(board: list[Run]) -> None:
    """Show the best runs as rows, each a link to its run."""
    st.subheader("Best models", anchor=False)
    if not board:
        st.info("No model has been trained on this data yet.", icon=":material/model_training:")
        st.page_link("pages/2_Train.py", label="Train the first one", icon=":material/play_arrow:")
        return
    clicked = show_rows(leaderboard_rows(board[:SHOWN], session.dataset(), champion_id()), "leaderboard")
    if clicked:
        st.switch_page("pages/9_Run.py", query_params={"run": clicked})
    st.caption(
        f"{EXPLAINED} The bars show the validation error rate of each digit, 0 to 9; the image is an error of the "
        f"worst one. {len(board):,} runs have been evaluated on the test set."
    )


def leaderboard_rows(board: Sequence[Run], dataset: Dataset, champion: str = "") -> list[Row]:
    """Return one row a run, in the order of the board."""
    return [_row(run, dataset, champion) for run in board]


def _row(run: Run, dataset: Dataset, champion: str) -> Row:
    test, validation = run.metrics.get("test_accuracy"), run.metrics.get("validation_accuracy")
    found = _weakness_of(run)
    picture = None if found is None or found.example is None else dataset.validation.images[found.example]
    return Row(
        run_id=run.run_id,
        name=run.name,
        detail=" · ".join([*_kind(run), *run_marks(run, champion)]),
        colour=colour(run.model),
        value=percent(validation),
        value_title="validation",
        second=percent(test),
        second_title=f"test, {interval_in_words(test, len(dataset.test))}" if test is not None else "test",
        bars=None if found is None else tuple(found.errors.tolist()),
        worst=-1 if found is None else found.digit,
        picture=picture,
        picture_title="" if found is None or picture is None else f"a {found.digit} read as {found.read_as}",
    )


def _kind(run: Run) -> list[str]:
    kind = short_title(run.model)
    return [] if run.name.startswith(kind) else [kind]


def _weakness_of(run: Run) -> Weakness | None:
    with suppress(DigitLabError):  # a run whose predictions are lost keeps its row
        return _kept_weakness(run, run.run_id, session.dataset().fingerprint)
    return None


@st.cache_data(show_spinner=False, max_entries=256)
def _kept_weakness(_run: Run, run_id: str, fingerprint: str) -> Weakness:
    labels: np.ndarray[Any, np.dtype[np.uint8]] = session.dataset().validation.labels
    return weakness(labels, probabilities(_run, "validation"))
