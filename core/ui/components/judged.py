"""Which model's answers a page looks at, and on which images; both in the page's address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data.dataset import Split
from core.runs.run import Run
from core.ui import session
from core.ui.components.run_choice import board_with, choose_run

SPLITS = ("validation", "test")
MOST_MODELS = 20
"""The number of models that are compared on an image: the best by validation accuracy."""


@dataclass(frozen=True, eq=False)
class Judged:
    """One model on the images of one split, and the other models that were judged on them.

    Attributes
    ----------
    run : Run
    split_name : str
        "validation" or "test".
    board : tuple of Run
        All finished runs on the same images, the best of validation first.
    """

    run: Run
    split_name: Literal["validation", "test"]
    board: tuple[Run, ...]

    @property
    def split(self) -> Split:
        """The images and their labels."""
        return session.dataset().judges(self.split_name)

    @property
    def labels(self) -> np.ndarray:
        """What the images are, (n,) uint8."""
        return self.split.labels

    @property
    def others(self) -> tuple[Run, ...]:
        """The other models that are asked as well, at most 19."""
        return tuple(run for run in self.board if run.run_id != self.run.run_id)[: MOST_MODELS - 1]

    def read_by(self, run: Run) -> Judged:
        """Return the same images, read by another model."""
        return replace(self, run=run)


def choose_judged(model: DeltaGenerator, images: DeltaGenerator) -> Judged | None:
    """Let people choose a model and a split, each in its place; None, and the way on, where there is no model yet."""
    board = board_with(st.query_params.get_all("run") + st.query_params.get_all("models"))
    if not board:
        _say_none()
        return None
    with model:
        run = choose_run(board)
    with images:
        split = st.selectbox(
            "Images",
            SPLITS,
            format_func=str.capitalize,
            key="split",
            bind="query-params",
            help="Choose models and settings on the validation images; use the test images only for the final result.",
        )
    return Judged(run, "test" if split == "test" else "validation", tuple(board))


def _say_none() -> None:
    elsewhere = sum(run.finished for run in session.runs())
    st.info("No model has been evaluated on this data yet.", icon=":material/model_training:")
    if elsewhere:
        st.caption(
            f"{elsewhere:,} finished runs were evaluated on other images and cannot be shown with this data set."
        )
    st.page_link("pages/2_Train.py", label="Train the first one", icon=":material/play_arrow:")
