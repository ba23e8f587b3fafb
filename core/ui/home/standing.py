"""Home's picture of where things stand: the leaderboard and the disk."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.data.dataset import Dataset
from core.evaluation.intervals import wilson_interval
from core.models.catalogue import title_of
from core.runs.artifacts import disk_use
from core.runs.run import Run
from core.settings import settings
from core.ui import session

SHOWN = 8
EXPLAINED = (
    "Ordered by validation accuracy. The test images are opened once for each run, when it is finished, "
    "and nothing is chosen by them."
)


def show_leaderboard(board: list[Run]) -> None:
    """The best runs with 95 % intervals, and the links that lead on from here."""
    st.subheader("Best models")
    if not board:
        st.info("No model has been trained on this data yet.", icon=":material/model_training:")
        st.page_link("pages/2_Train.py", label="Train the first one", icon=":material/play_arrow:")
        return
    table = leaderboard_table(board[:SHOWN], session.dataset())
    st.dataframe(table, hide_index=True, width="stretch", column_config=_columns())
    st.caption(f"{EXPLAINED} This test set has judged {len(board)} runs.")


def leaderboard_table(board: list[Run], dataset: Dataset) -> pd.DataFrame:
    """One row a run: name, kind, accuracies in % with Wilson intervals, fit time in s."""
    size = len(dataset.test.labels)
    rows = []
    for run in board:
        accuracy = run.metrics.get("test_accuracy", 0.0)
        interval = wilson_interval(round(accuracy * size), size)
        rows.append(
            {
                "name": f"{run.name} · shipped" if run.shipped else run.name,
                "model": title_of(run.model),
                "validation": 100 * run.metrics.get("validation_accuracy", 0.0),
                "test": 100 * accuracy,
                "interval": f"{100 * interval.low:.2f} to {100 * interval.high:.2f} %",
                "fit": run.seconds.get("fit"),
            }
        )
    return pd.DataFrame(rows)


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "name": st.column_config.TextColumn("Run", width=240),
        "model": "Model",
        "validation": number("Validation", format="%.2f %%"),
        "test": number("Test", format="%.2f %%"),
        "interval": st.column_config.TextColumn("95 % interval"),
        "fit": number("Fit", format="%.0f s"),
    }


def show_disk_use() -> None:
    """What Digit Lab's folder takes on disk."""
    used = _disk_use(str(settings().home))
    st.caption(f":material/hard_drive: {used / 1e6:,.0f} MB on disk", help=f"In {settings().home}")


@st.cache_data(ttl=60, show_spinner=False, max_entries=4)
def _disk_use(home: str) -> int:
    return disk_use(settings().home)
