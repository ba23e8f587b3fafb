"""The cluster as people see it: which workers have joined, what they have, what each is doing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.jobs.cluster.table import WorkerRow
from core.runs.run import Run
from core.settings import settings
from core.ui import session
from core.ui.components.table import show_table
from core.ui.page import fragment

POLL_SECONDS = 3
FOR = {
    "training": "trainings",
    "trial": "trials of searches",
    "": "nothing: it was not started with `python -m core worker`",
}
"""What a worker takes, by its resource."""

MEGABYTE = 1e6


def show_workers() -> None:
    """Show a row per worker in a popover; the embedded workers start with the first job."""
    with st.expander("Workers", icon=":material/dns:", key="workers", on_change="rerun") as workers:
        if workers.open:
            fragment(_table, run_every=POLL_SECONDS)()


def _table() -> None:
    rows = session.queue().executor.cluster_table()
    address = settings().scheduler_address
    st.caption(f"Workers of the cluster at {address}." if address else "This machine's own workers.")
    if not rows:
        st.info(_none_yet(address), icon=":material/dns:")
        return
    show_table(pd.DataFrame(worker_table(rows, session.runs())), column_config=_columns())


def worker_table(rows: list[WorkerRow], runs: list[Run]) -> list[dict[str, Any]]:
    """Return one record a worker, with the name of the run in the place of its id."""
    names = {run.run_id: run.name for run in runs}
    return [
        {
            "worker": row.name,
            "runs": row.title or names.get(row.job_id, row.job_id) if row.job_id else "idle",
            "for": row.owner or "",
            "takes": FOR[row.resource],
            "cores": row.cores,
            "memory": row.memory / MEGABYTE,
            "limit": row.memory_limit / MEGABYTE or None,
            "machine": row.host,
        }
        for row in rows
    ]


def _columns() -> dict[str, Any]:
    return {
        "memory": st.column_config.NumberColumn("memory, MB", format="%.0f"),
        "limit": st.column_config.NumberColumn(
            "limit, MB", format="%.0f", help="A worker that uses more is restarted."
        ),
    }


def _none_yet(address: str | None) -> str:
    if address:
        return "No worker has joined yet: `python -m core worker` on any machine that reaches the scheduler."
    return "No worker is running: they start with the first job."
