"""Search strategies side by side: the best that each had found for equal work."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import streamlit as st

from core.charts.tuning import best_so_far
from core.jobs.tuning.tables import progress_table
from core.jobs.tuning.view import StudyView
from core.ui.components.table import show_table


def show_strategies(known: list[StudyView]) -> None:
    """Pick searches of the same model and data, and see what each had found when the cheapest one ended."""
    comparable = {found.name: found for found in known if found.best is not None}
    if len(comparable) < 2:
        st.caption("You can compare searches when at least two have finished trials.")
        return
    first = next(iter(comparable.values()))
    alike = [name for name, found in comparable.items() if _judged_alike(found, first)]
    names = st.multiselect(
        "Searches",
        list(comparable),
        default=alike[:3],
        key="compare_searches",
        bind="query-params",
        help="Choose searches with the same model, training images and evaluation.",
    )
    by = st.segmented_control("By", ["work", "trials"], default="work", key="compare_by", bind="query-params")
    chosen = [comparable[name] for name in names]
    if not chosen:
        return
    if not all(_judged_alike(found, chosen[0]) for found in chosen):
        st.warning("These searches differ in model, training images or evaluation, so their scores cannot be compared.")
    tables = {found.name: progress_table(found.trials) for found in chosen}
    st.plotly_chart(
        best_so_far(
            {html.escape(name): rows for name, rows in tables.items()}, "trials" if by == "trials" else "seconds"
        ),
        width="stretch",
        key="strategies",
    )
    show_table(equal_budget(chosen, tables), width="stretch", column_config=_columns())


def _judged_alike(one: StudyView, other: StudyView) -> bool:
    return all(
        getattr(one.search, name) == getattr(other.search, name)
        for name in ("model", "recipe", "limit", "folds", "fingerprint")
    )


def equal_budget(chosen: list[StudyView], tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a search: its strategy, its trials and work, and its best within the work of the cheapest."""
    budget = min(table["seconds"].iloc[-1] for table in tables.values())
    rows = []
    for found in chosen:
        table = tables[found.name]
        within = table[table["seconds"] <= budget]
        rows.append(
            {
                "search": found.name,
                "strategy": f"{found.search.sampler}, pruner {found.search.pruner}",
                "trials": found.ended,
                "seconds": float(table["seconds"].iloc[-1]),
                "equal": 100 * float(within["best"].iloc[-1]) if len(within) else None,
                "best": 100 * float(table["best"].iloc[-1]),
            }
        )
    return pd.DataFrame(rows)


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "search": "Search",
        "strategy": "Strategy",
        "trials": "Trials",
        "seconds": number("Work", format="%.1f s"),
        "equal": number("Best at equal compute time", format="%.2f %%"),
        "best": number("Best overall", format="%.2f %%"),
    }
