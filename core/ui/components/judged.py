"""Which model's answers a page looks at, and on which images; both in the page's address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data import test_sets
from core.data.dataset import JUDGES, Dataset, Split
from core.data.judging import FULL_VALIDATION, JudgingSet
from core.runs.judging import may_be_judged, widest
from core.runs.run import Run
from core.ui import session
from core.ui.addressed import asked_name, choose_named
from core.ui.components.run_choice import board_with, choose_run
from core.ui.text import escaped

FULL = "All 5,000 validation"
MOST_MODELS = 20
"""The number of models that are compared on an image: the best by validation accuracy."""


@dataclass(frozen=True, eq=False)
class Judged:
    """One model on the images of one split, and the other models that were judged on them.

    Attributes
    ----------
    run : Run
    images : JudgingSet
        MNIST's validation or test images, or a test set of one's own.
    board : tuple of Run
        All finished runs on the same images, the best of validation first.
    """

    run: Run
    images: JudgingSet
    board: tuple[Run, ...]

    @property
    def split_name(self) -> str:
        """The name of the images, as `core.data.judging.judging_set` takes it."""
        return self.images.name

    @property
    def split(self) -> Split:
        """The images and their labels."""
        return self.images.split

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
    """Let people choose a model and images, each in its place; None, and the way on, where there is no model yet."""
    if named := st.query_params.pop("model", ""):  # as the command line calls it: `/Errors?model=cnn`
        st.query_params["run"] = named
    board = board_with(st.query_params.get_all("run") + st.query_params.get_all("models"))
    board += [run for run in session.runs() if run.has_model and run not in board] if _own_is_chosen() else []
    if not board:
        _say_none()
        return None
    with model:
        run = choose_run(board)
    with images:
        chosen = session.judging(choose_images([run]))
    dataset = session.dataset()
    show_about(chosen, dataset)
    if not chosen.own or run.has_model:
        return Judged(run, chosen, tuple(run for run in board if may_be_judged(run, chosen, dataset)))
    st.info(escaped(run.why_no_model), icon=":material/info:")
    return None


def choose_images(runs: Sequence[Run], first: str = "validation") -> str:
    """Let people choose the images on which runs are evaluated; returns their name.

    Parameters
    ----------
    first : str
        The name that is chosen while nobody has; beside the sample, shipped models begin with all 5,000 images.
    """
    names = [first, *(name for name in JUDGES if name != first), *test_sets.names()]
    if widest("validation", runs, session.dataset()) == FULL_VALIDATION:
        names.insert(0, FULL_VALIDATION)
    titles = {
        name: FULL if name == FULL_VALIDATION else name.capitalize() if name in JUDGES else name for name in names
    }
    return choose_named(
        "Images",
        {name: titles.get(name, name) for name in names},
        names[0],
        "split",
        control=st.selectbox,
        help="Choose models and settings on the validation images; use the test images only for the final result. "
        "Test sets of your own are added on the Data page.",
    )


def show_about(images: JudgingSet, dataset: Dataset) -> None:
    """Show what `about` returns, in a place that is there for images without a word too: nothing below it jumps."""
    with st.container():
        for sentence in about(images, dataset):
            st.caption(escaped(sentence))


def about(images: JudgingSet, dataset: Dataset) -> list[str]:
    """Return what somebody must know who reads figures of these images, as sentences; nothing for the full MNIST's."""
    if images.own:
        count = f"{len(images.split):,} {'image' if len(images.split) == 1 else 'images'}"
        return [f"Test set of your own: {count}, fingerprint {images.fingerprint}. {' '.join(images.notes)}".strip()]
    if images.name == FULL_VALIDATION:
        return [f"The shipped models were trained on none of these {len(images.split):,} images."]
    if dataset.is_sample:
        common = f"the {len(images.split):,} {images.title} images that they have in common"
        return [f"Models trained here on the sample are compared with the shipped models on {common}."]
    return []


def _own_is_chosen() -> bool:
    return asked_name("split") in test_sets.names()


def _say_none() -> None:
    elsewhere = sum(run.finished for run in session.runs())
    st.info("No model has been evaluated on this data yet.", icon=":material/model_training:")
    if elsewhere:
        st.caption(
            f"{elsewhere:,} finished runs were evaluated on other images and cannot be shown with this data set."
        )
    st.page_link("pages/2_Train.py", label="Train the first one", icon=":material/play_arrow:")
