"""The table of runs that can be compared: filtered, sorted, chosen from; all of it in the page's address."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data.dataset import JUDGES, Dataset
from core.data.judging import FULL_VALIDATION
from core.models.catalogue import short_title
from core.report.parameters import trained_on
from core.runs.run import Run
from core.ui import session
from core.ui.compare.filter import SHOWN_AT_FIRST, filtered
from core.ui.components.champion import champion_id
from core.ui.components.run_choice import choose_runs
from core.ui.components.table import show_table
from core.ui.text import interval_in_words

ALL_VALIDATION = "Validation, 5,000"
UNASKED = 3
"""The number of best runs that are compared by default."""
MOST_CHOSEN = 12
OPENED = "board_opened"
"""Session key of the run whose button was just pressed."""


def show_board(board: list[Run], choice: DeltaGenerator) -> list[Run]:
    """Show the board with its filters, and in its place the choice of runs to compare; the three best at first."""
    if not board:
        show_none()
        return []
    shown, columns = filtered(board, _shown_columns(session.dataset())[2:], _first_columns(session.dataset()))
    place = st.container()  # the choice is read before the table that shows it
    chosen = choose_runs(
        "Runs to compare",
        board,
        "runs",
        board[:UNASKED],
        choice,
        max_selections=MOST_CHOSEN,
        placeholder="the three best by validation accuracy",
        on_change=_renew_table,
        help="Choose here, or select rows in the table. The page's address keeps the selection.",
    )
    with place:
        _show_table(board, shown, columns)
    return chosen or board[:UNASKED]


def _show_table(board: list[Run], shown: list[Run], columns: list[str]) -> None:
    table = board_table(shown, session.dataset(), champion_id())
    show_table(
        table,
        key=_table_key(shown),
        height=min(38 + 35 * max(1, len(table)), 400),
        column_config=_columns(session.dataset()) | {"Open": _open_buttons(shown)},
        column_order=["Open", "Run", *columns],
        on_select=lambda: _choose_rows(board, shown),
        selection_default={"selection": {"rows": _rows(shown)}},
        alt="Runs with accuracies, intervals and times, by validation accuracy",
    )
    st.caption(_explanation(board, shown))
    if opened := st.session_state.pop(OPENED, ""):
        st.switch_page("pages/9_Run.py", query_params={"run": opened})


def show_none() -> None:
    """Say that there is nothing to compare yet, and show the way on."""
    st.info("No model has been evaluated on this data yet.", icon=":material/model_training:")
    st.page_link("pages/2_Train.py", label="Train the first one", icon=":material/play_arrow:")


def _table_key(shown: list[Run]) -> str:
    """Return the key of the table with these rows: a table keeps its ticks by row number, also when its rows change."""
    rows = hashlib.sha256(" ".join(run.run_id for run in shown).encode()).hexdigest()[:12]
    return f"board_{st.session_state.get('board_version', 0)}_{rows}"


def _rows(shown: list[Run]) -> list[int]:
    chosen = set(st.session_state["runs"])
    return [place for place, run in enumerate(shown) if run.run_id in chosen]


def _choose_rows(board: list[Run], shown: list[Run]) -> None:
    """Take over what was ticked; runs that the filter hides stay chosen."""
    state = st.session_state[_table_key(shown)]
    ticked = [shown[row].run_id for row in state["selection"]["rows"] if row < len(shown)]
    hidden = {run.run_id for run in board} - {run.run_id for run in shown}
    kept = [run_id for run_id in st.session_state.get("runs", []) if run_id in hidden]
    st.session_state["runs"] = [*kept, *ticked][:MOST_CHOSEN]


def _renew_table() -> None:
    """Draw the table anew with the ticks that the list below it asks for."""
    st.session_state["board_version"] = st.session_state.get("board_version", 0) + 1


def _open_buttons(shown: list[Run]) -> Any:
    """Return the column of buttons that each open the view of their row's run."""

    def open_row() -> None:
        st.session_state[OPENED] = shown[st.session_state["open_row"]["row"]].run_id

    return st.column_config.ButtonColumn("", width=60, type="tertiary", on_click=open_row, key="open_row")


def _explanation(board: list[Run], shown: list[Run]) -> str:
    judged = "1 run" if len(board) == 1 else f"{len(board):,} runs"
    hidden = f" The filter shows {len(shown):,} of them." if len(shown) < len(board) else ""
    return (
        f"Ordered by validation accuracy; the test images are not used to choose. {judged} evaluated on "
        f"this test set: the more runs, the more optimistic the best test accuracy.{hidden}"
    )


def board_table(runs: Sequence[Run], dataset: Dataset, champion: str) -> pd.DataFrame:
    """Return one row a run: accuracies and F1 in %, the Wilson interval of the test accuracy, times in s and ms."""
    return pd.DataFrame(
        [_row(run, len(dataset.test), run.run_id == champion) for run in runs], columns=_shown_columns(dataset)
    )


def _row(run: Run, images: int, is_champion: bool) -> dict[str, Any]:
    marks = [mark for mark, set_ in (("♛", is_champion), ("shipped", run.shipped), ("external", run.external)) if set_]
    return {
        "Open": "Open",
        "Run": " · ".join([run.name, *marks]) + (" · data leakage" if run.trained_on_evaluation_data else ""),
        "Model": short_title(run.model),
        ALL_VALIDATION: _percent(run, f"{FULL_VALIDATION}_accuracy"),
        "Validation": _percent(run, "validation_accuracy"),
        "Test": _percent(run, "test_accuracy"),
        "95 % interval": interval_in_words(run.metrics.get("test_accuracy"), images),
        "Trained on": trained_on(run),
        "Macro F1": _percent(run, "test_f1_macro"),
        "Log loss": run.metrics.get("test_log_loss"),
        "Fit": run.seconds.get("fit"),
        "Latency": 1000 * run.seconds["latency"] if "latency" in run.seconds else None,
        "Seed": run.trained_as.seed if run.trained_as else None,
        "Owner": run.owner,
        "Created": run.created,
        "Tags": list(run.tags),
        "Note": run.note,
        "Id": run.short_id,
    }


def _shown_columns(dataset: Dataset) -> list[str]:
    """All columns; what only the shipped models have, and only beside the sample, is left out on the full MNIST."""
    return [name for name in _columns(dataset) if dataset.is_sample or name != ALL_VALIDATION]


def _first_columns(dataset: Dataset) -> list[str]:
    """Return the columns that are shown while nobody has chosen others."""
    return [*([ALL_VALIDATION] if dataset.is_sample else []), *SHOWN_AT_FIRST]


def _percent(run: Run, name: str) -> float | None:
    return 100 * run.metrics[name] if name in run.metrics else None


def _columns(dataset: Dataset) -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    sizes = {name: len(dataset.evaluation_split(name)) for name in JUDGES}
    titles = {name: f"{name.capitalize()}, {size:,}" if dataset.is_sample else None for name, size in sizes.items()}
    return {
        "Open": st.column_config.Column("", width=60, help="Open the details of this run"),
        "Run": text(width=200),
        "Model": text(width=90),
        ALL_VALIDATION: number(
            format="%.2f %%",
            help="Accuracy of the shipped models on all 5,000 validation images, unseen in training",
        ),
        "Validation": number(
            titles["validation"], format="%.2f %%", help="Accuracy on the validation images; the table is ordered by it"
        ),
        "Test": number(
            titles["test"], format="%.2f %%", help="Accuracy on the test images, measured once when the run finished"
        ),
        "95 % interval": text(help="Confidence interval of the test accuracy (Wilson)"),
        "Trained on": text(width=110, help="Runs on different training images compare data as well as models"),
        "Macro F1": number(format="%.2f %%"),
        "Log loss": number(format="%.4f", help="In nats per test image"),
        "Fit": number(format="%,.0f s", help="Model and preprocessing"),
        "Latency": number(format="%.2f ms", help="Time to classify one digit, preprocessing included"),
        "Seed": number(format="%d"),
        "Owner": text(),
        "Created": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        "Tags": st.column_config.ListColumn(),
        "Note": text(width="medium"),
        "Id": text(),
    }
