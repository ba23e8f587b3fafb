"""The choices that several parts of the Data page share, under one name each in its address."""

from __future__ import annotations

import streamlit as st

from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.recipe_text import recipe_of
from core.ui.addressed import choose_named
from core.ui.components.recipe_choice import LAB

SPLITS = ("validation", "train", "test")
DIGITS = ("all", *"0123456789")
IN_WORDS = {"train": "training", "validation": "validation", "test": "test"}
SOURCES = ("data set", "own drawing")
LABELS = {
    "raw": "Raw pixels",
    "deskewed": "Deskewed",
    "deskewed_pca": "Deskewed + PCA",
    "hog_pca": "HOG + PCA",
    "image": "Image",
    LAB: "The lab's recipe",
}


def choose_split() -> str:
    """Return which images: "train", "validation" or "test"; `split` in the address."""
    return choose_named(
        "Images of",
        {name: f"{IN_WORDS[name]} set" for name in SPLITS},
        SPLITS[0],
        "split",
        control=st.selectbox,
        help="Models are trained on the training set, chosen on the validation set, and evaluated once on the test "
        "set.",
    )


def choose_digit() -> int | None:
    """Return which digit, None for all; `digit` in the address."""
    chosen = st.selectbox("Digit", DIGITS, key="digit", bind="query-params")
    return None if chosen == "all" else int(chosen)


def open_in_lab(split: str, position: int) -> None:
    """Turn to the lab with an image of a split; for the `on_click` of a button."""
    for name in ("image", "source"):
        st.session_state.pop(name, None)
    st.query_params["part"] = "lab"  # so the lab's own controls start there, and the address can be sent
    st.query_params["split"], st.query_params["image"] = split, str(position)


def recipe_named(name: str) -> Recipe:
    """Return a named recipe, or the one that the lab's settings in the address make."""
    return recipe_of(str(st.query_params.get(LAB, ""))) if name == LAB else RECIPES[name]
