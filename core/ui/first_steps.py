"""The way of a newcomer, with what is already done ticked off."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.runs.run import Run

VISITED = "visited"
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Step:
    """One thing to do: the page it is done on, and why."""

    page: str
    title: str
    why: str

    @property
    def name(self) -> str:
        """The page's own title, such as "Draw"."""
        return Path(self.page).stem.partition("_")[2]


STEPS = (
    Step("pages/7_Draw.py", "Draw a digit", "and watch the models vote."),
    Step("pages/5_Errors.py", "Look at errors:", "click where 4s turn into 9s and see them."),
    Step("pages/2_Train.py", "Train a model:", "move its sliders and watch it learn."),
    Step("pages/4_Compare.py", "Compare models:", "is the difference real, or luck?"),
    Step("pages/3_Tune.py", "Tune:", "let a search find better settings."),
)


def show_first_steps(runs: list[Run]) -> None:
    """One card a step, ticked when it has been done in this session, or for training when a run shows it."""
    st.subheader("What to do next")
    st.page_link("Home.py", label="Show it to somebody", icon=":material/slideshow:", query_params={"view": "demo"})
    steps = [step for step in STEPS if (PROJECT / step.page).exists()]
    visited: set[str] = st.session_state.get(VISITED, set())
    for place, step in zip(st.columns(len(steps)), steps, strict=True):
        trained = step.name == "Train" and any(not run.shipped for run in runs)
        done = trained or step.name in visited - {"Train"}
        with place.container(border=True, height="stretch"):
            icon = ":material/check_circle:" if done else ":material/arrow_forward:"
            st.page_link(step.page, label=f"**{step.name}**", icon=icon)
            st.caption(f"{step.title} {step.why}")
