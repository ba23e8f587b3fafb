"""Step 6 of the demo: a training that was done here, played from its first step to its last."""

from __future__ import annotations

import streamlit as st

from core.runs.run import Run
from core.ui.components.learned import best_method, history_of, map_of, replay_of, replayable
from core.ui.components.replay import show_replay
from core.ui.components.run_choice import run_label

MOST_RUNS = 20


def show_learned() -> None:
    """Show the replay of the chosen run, the newest network at first; or how to come by one."""
    runs = {run.run_id: run for run in replayable()[:MOST_RUNS]}
    if not runs:
        st.info(
            "No training has been stored that could be replayed. Train a CNN, which takes less than a minute with the "
            "preset “fast”, and come back.",
            icon=":material/replay:",
        )
        st.page_link("pages/2_Train.py", label="Train a CNN", icon=":material/play_arrow:")
        return
    run = _chosen(runs)
    history, on = history_of(run), map_of(best_method())
    if history is not None and on is not None:
        show_replay(replay_of(run, history, on), "demo_replay", compact=True)


def _chosen(runs: dict[str, Run]) -> Run:
    labels = {run_id: run_label(run) for run_id, run in runs.items()}
    chosen = st.selectbox(
        "Training", list(labels), format_func=labels.__getitem__, key="demo_learned", label_visibility="collapsed"
    )
    return runs[chosen]
