"""Whether a way of training is better, not only the one model that it made: groups of seeds."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.evaluation.configurations import CONFIGURATION_QUESTION, RUN_QUESTION
from core.report.comparison import Split
from core.report.seeds import configuration_pairs, configuration_table, configurations
from core.runs.run import Run
from core.ui.components.table import show_table
from core.ui.text import escaped

MOST_SENTENCES = 6


def show_configurations(chosen: list[Run], board: list[Run], split: Split) -> None:
    """Show the configurations of the chosen runs with all their seeds, and whether they differ significantly."""
    ids = {run.run_id for run in chosen}
    groups = {name: runs for name, runs in configurations(board).items() if any(run.run_id in ids for run in runs)}
    st.markdown(f"**Is this run better?** {escaped(RUN_QUESTION)}")
    st.markdown(f"**Is this configuration better?** {escaped(CONFIGURATION_QUESTION)}")
    if not groups:
        st.info("The selected runs were imported, so their configurations are not known.")
        return
    percent = st.column_config.NumberColumn(format="percent")
    columns: dict[str, Any] = {
        "configuration": "Configuration",
        "seeds": "Seeds",
        "mean": percent,
        "spread": st.column_config.NumberColumn("standard deviation", format="percent"),
        "low": st.column_config.NumberColumn("worst", format="percent"),
        "high": st.column_config.NumberColumn("best", format="percent"),
    }
    table = configuration_table(groups, split)
    show_table(table, column_config=columns, alt=f"Accuracy on the {split} images, by seed")
    pairs = configuration_pairs(groups, split).drop_duplicates("sentence")
    for row in pairs.head(MOST_SENTENCES).to_dict("records"):
        st.markdown(f"{':material/verified:' if row['better'] else ':material/help:'} {escaped(row['sentence'])}")
    if any(len(runs) < 2 for runs in groups.values()):
        link = next(runs[0] for runs in groups.values() if len(runs) < 2)
        st.page_link(
            "pages/2_Train.py",
            label=f"Train {escaped(link.name)} again with other seeds",
            icon=":material/repeat:",
            query_params={"from": link.run_id},
        )
