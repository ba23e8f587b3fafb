"""From a slice to Train, with the augmentation that makes more training images like it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.evaluation.slice_augmentation import augmentation_for
from core.evaluation.slice_terms import Slice
from core.models.catalogue import CATALOGUE
from core.models.specification import Specification
from core.preprocessing.augment import Augmentation
from core.runs.run import Run

NETWORK, PRESET = "cnn", "default"
"""What is trained where the model itself takes no augmentation."""


def offer_training(run: Run, part: Slice, measured: pd.DataFrame) -> None:
    """Show a link to Train, where the augmentation for a slice is set."""
    start = _augmented(run)
    before = start.augmentation if start else CATALOGUE[NETWORK].presets[PRESET].augmentation
    wanted = augmentation_for(part, measured, before)
    st.page_link(
        "pages/2_Train.py",
        label="Train on more of these",
        icon=":material/model_training:",
        query_params=address(run if start else None, before, wanted),
        help=f"Opens Train with {changes(before, wanted)}. Training images then vary up to this slice. "
        + ("" if start else "This model takes no augmentation, so a CNN is proposed."),
    )


def _augmented(run: Run) -> Specification | None:
    """Return how a run was trained, where that kind of model takes an augmentation."""
    trained = run.trained_as
    return trained if trained and trained.model in CATALOGUE and CATALOGUE[trained.model].augments else None


def address(run: Run | None, before: Augmentation, wanted: Augmentation) -> dict[str, str]:
    """Return what Train's address says: a run to train again, or None for a new network, and the augmentation."""
    key = f"{run.model}_{run.short_id}" if run else f"{NETWORK}_{PRESET}"
    start = {"from": run.short_id} if run else {"model": NETWORK}
    changed = {name: value for name, value in wanted.model_dump().items() if value != getattr(before, name)}
    return start | {f"{key}_augment_{name}": f"{value:g}" for name, value in changed.items()}


def changes(before: Augmentation, wanted: Augmentation) -> str:
    """Return what the augmentation sets, in words: "shear 0.3 and thickness 0.5"."""
    values = [
        f"{field.title} {getattr(wanted, field.name):g}"
        for field in Augmentation.declared()
        if getattr(wanted, field.name) != getattr(before, field.name)
    ]
    return " and ".join(values) if values else "the augmentation that this model was trained with, which reaches it"
