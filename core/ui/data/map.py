"""The map: every dot a digit, alike ones close together; click one or draw a line around some."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.embedding import embedding_map
from core.jobs.questions import embedding
from core.jobs.questions.kept import answer
from core.preprocessing.recipe import RECIPES, Recipe
from core.ui import session
from core.ui.components.questions import show_waiting
from core.ui.components.sheet import digit_sheet
from core.ui.data import cached
from core.ui.data.choice import LABELS, choose_split
from core.ui.data.gallery import show_one
from core.ui.page import errors_shown

DEFAULT, STEP = 3_000, 100
MAPPED = ("raw", "deskewed", "hog_pca")
MOST_LISTED = 120


@st.fragment
def show_map() -> None:
    """Draw the map with its settings, and the digits that are selected on it."""
    with errors_shown():
        method, split, recipe, limit = _settings()
        table, axes = _places(method, split, recipe, limit)
        if table is None:
            return
        dots, list_ = st.columns([3, 2])
        with dots:
            event = st.plotly_chart(
                embedding_map(table, *axes),
                key=f"map_{method}_{split}_{recipe.key[:8]}_{limit}",
                on_select="rerun",
                alt="Map of digits: similar digits lie close together",
            )
        with list_:
            _selected(split, [int(point["customdata"][0]) for point in event.selection.points])


def _settings() -> tuple[str, str, Recipe, int]:
    left, middle, right, last = st.columns(4, vertical_alignment="bottom")
    method = left.segmented_control(
        "Method",
        list(embedding.METHODS),
        format_func=embedding.METHODS.__getitem__,
        default="pca",
        required=True,
        key="method",
        bind="query-params",
        help="PCA is a linear projection and instant. t-SNE preserves neighbourhoods; a worker computes it once, in "
        "the background.",
    )
    with middle:
        split = choose_split()
    name = right.selectbox("Seen as", MAPPED, format_func=LABELS.__getitem__, key="seen_as", bind="query-params")
    most = min(embedding.MOST, len(cached.split_named(split)))
    limit = last.slider("Digits", embedding.FEWEST, most, min(DEFAULT, most), STEP, key="dots", bind="query-params")
    return method, split, RECIPES[name], limit


def _places(method: str, split: str, recipe: Recipe, limit: int) -> tuple[pd.DataFrame | None, tuple[str, str]]:
    dataset = session.dataset()
    if method == "pca":
        with st.spinner("Projecting ..."):
            places, share = cached.pca_map(dataset.fingerprint, recipe.model_dump_json(), split, limit)
        axes = ("First principal component", "Second principal component")
        st.caption(
            f"These two components explain {100 * share:.0f} % of the variance: digits that overlap here may differ "
            "in the others."
        )
    else:
        question = embedding.question(recipe, split, limit, dataset.fingerprint)
        kept = answer(question)
        if kept is None:
            show_waiting(
                [question],
                "Compute the t-SNE",
                f"t-SNE of {limit:,} digits takes about half a minute. The result is stored.",
            )
            return None, ("", "")
        places, axes = kept["places"], ("t-SNE, first axis (no unit)", "t-SNE, second axis (no unit)")
        st.caption("Close points are similar; distances between clusters have no meaning.")
    chosen = embedding.mapped(dataset, split, limit)
    labels = cached.split_named(split).labels[chosen]
    return pd.DataFrame({"x": places[:, 0], "y": places[:, 1], "digit": labels, "position": chosen}), axes


def _selected(split_name: str, positions: list[int]) -> None:
    if not positions:
        st.info(
            "Click a dot to see its image, or use the lasso to select several.",
            icon=":material/lasso_select:",
        )
        st.caption("Look for dots among another colour: models often confuse these images.")
    elif len(positions) == 1:
        show_one(split_name, positions[0], "map")
    else:
        _area(split_name, positions)


def _area(split_name: str, positions: list[int]) -> None:
    split = cached.split_named(split_name)
    counts = np.bincount(split.labels[positions], minlength=10)
    words = ", ".join(f"{counts[digit]} × {digit}" for digit in np.argsort(-counts, kind="stable") if counts[digit])
    st.markdown(f"**{len(positions):,} digits selected**: {words}")
    listed = positions[:MOST_LISTED]
    if len(listed) < len(positions):
        st.caption(f"The first {len(listed)} of them:")
    with st.container(height=420):
        clicked = digit_sheet(split.images[listed], [str(label) for label in split.labels[listed]], "area", side=44)
    if clicked is not None:
        show_one(split_name, listed[clicked], "area")
