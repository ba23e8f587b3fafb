"""The data set, and preprocessing stage by stage."""

import streamlit as st

from core.ui.data.augment import show_augmentation
from core.ui.data.choice import choose_split
from core.ui.data.effect import show_effect
from core.ui.data.gallery import show_gallery
from core.ui.data.lab import show_lab
from core.ui.data.map import show_map
from core.ui.data.overview import show_counts, show_digits, show_more
from core.ui.page import page

PARTS = ("Data set", "Map", "Lab", "Augmentation", "Effect")

with page(
    "Data",
    "What the models see: the digits, how alike they are, and what each step of preprocessing does to them. "
    "No model is better than its data.",
):
    data_set, digit_map, lab, augmentation, effect = st.tabs(PARTS, key="part", bind="query-params")

    if data_set.open:
        with data_set:
            show_counts()
            split = choose_split()
            show_digits(split)
            show_gallery(split)
            show_more(split)

    if digit_map.open:
        with digit_map:
            st.caption(
                "Every dot is a digit, and alike ones lie close together: you see which classes a model can part."
            )
            show_map()

    if lab.open:
        with lab:
            st.caption("One digit, step by step: what a recipe keeps, what it throws away, and how long that takes.")
            show_lab()

    if augmentation.open:
        with augmentation:
            st.caption(
                "A training that varies its pictures sees each digit in many versions and learns what does not matter."
            )
            show_augmentation()

    if effect.open:
        with effect:
            st.caption(
                "Does a recipe help? A small model answers in seconds, with a number and how far it can be trusted."
            )
            show_effect()
