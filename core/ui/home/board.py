"""Home's leaderboard: a row a run that opens it, with its accuracy, its errors digit by digit and its worst digit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import streamlit as st

from core.charts.palette import colour
from core.data.dataset import Dataset
from core.data.judging import FULL_VALIDATION
from core.errors import DigitLabError
from core.evaluation.weakness import Weakness, weakness
from core.models.catalogue import short_title
from core.runs.judging import widest
from core.runs.run import Run
from core.text import percent
from core.ui import session
from core.ui.components.champion import champion_id
from core.ui.components.predictions import probabilities
from core.ui.components.run_marks import run_marks
from core.ui.components.run_rows import Row, show_rows
from core.ui.text import interval_in_words

SHOWN = 8
MOST = 40
EXPLAINED = "Ordered by validation accuracy; no model is chosen by the test images."


def show_leaderboard(board: list[Run]) -> None:
    """Show the best runs as rows, each a link to its run."""
    st.subheader("Best models", anchor=False)
    if not board:
        st.info("No model has been trained on this data yet.", icon=":material/model_training:")
        st.page_link("pages/2_Train.py", label="Train the first one", icon=":material/play_arrow:")
        return
    show_runs(board[:SHOWN])
    st.caption(explained(session.dataset(), len(board)))


def explained(dataset: Dataset, runs: int) -> str:
    """Return what the rows show and how they are ordered, in sentences."""
    if dataset.is_sample:
        compared = (
            "The shipped models are evaluated on all 5,000 validation images, none of which they were trained on; "
            f"models trained here on the sample are compared with them on the {len(dataset.validation):,} in common."
        )
    else:
        compared = f"{EXPLAINED} {runs:,} runs have been evaluated on the test set."
    return (
        f"{compared} The bars show the validation error rate of each digit, 0 to 9; the image is an error of the worst "
        "one."
    )


def show_runs(board: list[Run]) -> None:
    """Show finished runs as rows, each a link to its run."""
    clicked = show_rows(leaderboard_rows(board[:MOST], session.dataset(), champion_id()), "leaderboard")
    if clicked:
        st.switch_page("pages/9_Run.py", query_params={"run": clicked})
    if len(board) > MOST:
        st.caption(f"The {MOST} best of {len(board):,}; Compare and `python -m core runs` list all.")


def leaderboard_rows(board: Sequence[Run], dataset: Dataset, champion: str = "") -> list[Row]:
    """Return one row a run, in the order of the board."""
    return [_row(run, dataset, champion) for run in board]


def _row(run: Run, dataset: Dataset, champion: str) -> Row:
    (value, value_title), (second, second_title) = accuracies(run, dataset)
    found = _weakness_of(run)
    images = session.judging(widest("validation", [run], dataset)).split.images
    picture = None if found is None or found.example is None else images[found.example]
    return Row(
        run_id=run.run_id,
        name=run.name,
        detail=" · ".join([*_kind(run), *run_marks(run, champion)]),
        colour=colour(run.model),
        value=percent(value),
        value_title=value_title,
        second=percent(second),
        second_title=second_title,
        bars=None if found is None else tuple(found.errors.tolist()),
        worst=-1 if found is None else found.digit,
        picture=picture,
        picture_title="" if found is None or picture is None else f"a {found.digit} read as {found.read_as}",
    )


def accuracies(run: Run, dataset: Dataset) -> tuple[tuple[float | None, str], tuple[float | None, str]]:
    """Return a row's two accuracies (0..1) with what they are of: validation and test.

    Beside the sample: all 5,000 validation images, for shipped models alone, and the 500 that all have in common.
    """
    validation, test = run.metrics.get("validation_accuracy"), run.metrics.get("test_accuracy")
    if dataset.is_sample:
        count = len(dataset.validation)
        on_all = run.metrics.get(f"{FULL_VALIDATION}_accuracy")
        common = _with_interval(f"{count:,} in common", validation, count)
        return (on_all, "5,000 images"), (validation, common)
    return (validation, "validation"), (test, _with_interval("test", test, len(dataset.test)))


def _with_interval(title: str, accuracy: float | None, images: int) -> str:
    return title if accuracy is None else f"{title}, {interval_in_words(accuracy, images)}"


def _kind(run: Run) -> list[str]:
    kind = short_title(run.model)
    return [] if run.name.startswith(kind) else [kind]


def _weakness_of(run: Run) -> Weakness | None:
    with suppress(DigitLabError):  # a run whose predictions are lost keeps its row
        return _kept_weakness(run, run.run_id, session.dataset().fingerprint)
    return None


@st.cache_data(show_spinner=False, max_entries=256)
def _kept_weakness(_run: Run, run_id: str, fingerprint: str) -> Weakness:
    name = widest("validation", [_run], session.dataset())
    labels: np.ndarray[Any, np.dtype[np.uint8]] = session.judging(name).split.labels
    return weakness(labels, probabilities(_run, name))
