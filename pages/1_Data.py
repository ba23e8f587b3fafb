"""The data set, and preprocessing stage by stage."""

import streamlit as st

from core.ui import session
from core.ui.addressed import named_tabs
from core.ui.data.augment import show_augmentation
from core.ui.data.choice import choose_split
from core.ui.data.effect import show_effect
from core.ui.data.gallery import show_gallery
from core.ui.data.lab import show_lab
from core.ui.data.labels import show_labels
from core.ui.data.map import show_map
from core.ui.data.overview import show_counts, show_digits, show_more
from core.ui.data.own import show_own_data
from core.ui.download import show_reasons
from core.ui.page import page

PARTS = {
    "data_set": "Data set",
    "map": "Map",
    "lab": "Lab",
    "augmentation": "Augmentation",
    "effect": "Effect",
    "labels": "Labels",
    "own": "Your own data",
}

with page(
    "Data",
    "Explore the data set: the images, how similar they are, and what each preprocessing step does to them.",
):
    data_set, digit_map, lab, augmentation, effect, labels, own = named_tabs(PARTS).values()

    if data_set.open:
        with data_set:
            show_counts()
            if session.dataset().is_sample:
                show_reasons()
            split = choose_split()
            show_digits(split)
            show_gallery(split)
            show_more(split)

    if digit_map.open:
        with digit_map:
            st.caption(
                "Each dot is one image. Similar images lie close together, so the map shows which classes "
                "are easy to separate."
            )
            show_map()

    if lab.open:
        with lab:
            st.caption(
                "One image after each preprocessing step: what the recipe keeps, what it removes, and how "
                "long each step takes."
            )
            show_lab()

    if augmentation.open:
        with augmentation:
            st.caption(
                "Augmentation varies each training image in every epoch, so that the model learns to "
                "ignore such variations."
            )
            show_augmentation()

    if effect.open:
        with effect:
            st.caption(
                "Does a recipe help? A small model is trained with each recipe in seconds and shows its "
                "accuracy with a confidence interval."
            )
            show_effect()

    if labels.open:
        with labels:
            show_labels()

    if own.open:
        with own:
            show_own_data()
