"""Augmentation: what a training would see of one digit, epoch after epoch."""

from __future__ import annotations

import streamlit as st

from core.preprocessing.augment import Augmentation, sheet_of
from core.preprocessing.forms import FORMS
from core.ui.components.cards import Card, show_cards
from core.ui.components.controls import controls
from core.ui.data.lab import choose_image
from core.ui.page import fragment

VERSIONS = 24
START = Augmentation(shift=1, rotation=10, scale=0.1, shear=0.1, elastic=0.8, thickness=0.4)


@fragment
def show_augmentation() -> None:
    """Show one digit in many versions, as sliders say."""
    image, label, beside = choose_image()
    if image is None:
        return
    with beside:
        sheet, sliders = st.columns([3, 2])
    with sliders:
        augmentation = controls(Augmentation, START, "augment", columns=1, persist=True)
    with sheet, st.container(key="versions"):
        versions = sheet_of(image, augmentation, VERSIONS, label=label)
        show_cards([Card(image, "Original"), *(Card(version, "") for version in versions)], side=84)
    if augmentation.is_none:
        st.caption("All sliders are at zero, so augmentation changes nothing.")
    if augmentation.flags and label != 1:
        st.caption("Upstrokes are added to 1s only: choose a 1 from the data set to see them.")
    if augmentation.forms and label not in FORMS:
        *digits, last = (f"{digit}s" for digit in FORMS)
        st.caption(
            f"Other forms are drawn of {', '.join(digits)} and {last} only: choose one of the data set to see some."
        )
