"""Step 6 of the demo: a training played from its first step to its last, one done here or the one that ships."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.ui.components.learned import example, history_of, map_of, replay_of, replay_of_example, replayable
from core.ui.components.replay import show_replay
from core.ui.components.run_choice import run_label

MOST_RUNS = 20
EXAMPLE = "example"


def show_learned() -> None:
    """Show the replay of the chosen training, the newest network at first; or how to get one."""
    content = _chosen()
    if content is not None:
        show_replay(content, "demo_replay", compact=True)
        return
    st.info("No training has been stored that can be played. Train a CNN, and come back.", icon=":material/replay:")
    st.page_link("pages/2_Train.py", label="Train a CNN", icon=":material/play_arrow:")


def _chosen() -> dict[str, Any] | None:
    """Let people choose among the trainings that can be played and return its replay; None where there is none."""
    runs = {run.run_id: run for run in replayable()[:MOST_RUNS]}
    labels = {run_id: run_label(run) for run_id, run in runs.items()}
    shipped = example()
    if shipped is not None:
        labels[EXAMPLE] = f"{shipped.name} · shipped"
    if not labels:
        return None
    chosen = st.selectbox(
        "Training", list(labels), format_func=labels.__getitem__, key="demo_learned", label_visibility="collapsed"
    )
    if chosen == EXAMPLE and shipped is not None:
        return replay_of_example(shipped, map_of("tsne"))
    history = history_of(runs[chosen])
    return None if history is None else replay_of(runs[chosen], history, map_of("tsne"))
