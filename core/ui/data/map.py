"""The map: every dot a digit, alike ones close together; click one or draw a line around some."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.charts.embedding import embedding_map, with_digit
from core.jobs.questions import embedding
from core.preprocessing.recipe import RECIPES, Recipe
from core.ui.addressed import choose_named
from core.ui.components.digit_map import DigitMap, digit_map
from core.ui.components.my_digit import Placed, choose_my_digit, framed, placed, show_neighbours
from core.ui.components.sheet import digit_sheet
from core.ui.data import cached
from core.ui.data.choice import LABELS, choose_split
from core.ui.data.gallery import show_one
from core.ui.page import fragment
from core.ui.theme import is_dark

DEFAULT, STEP = 3_000, 100
MAPPED = ("raw", "deskewed", "hog_pca")
MOST_LISTED = 120


@fragment
def show_map() -> None:
    """Draw the map with its settings, and the digits that are selected on it."""
    method, split, recipe, limit = _settings()
    on = digit_map(method, recipe, split, limit)
    if on is None:
        return
    st.caption(on.about)
    dots, list_ = st.columns([3, 2])
    with list_:
        image = choose_my_digit()
        mine = None if image is None else placed(image, on)
        if mine is not None:
            show_neighbours(mine, on)
    with dots:
        event = st.plotly_chart(
            _dots(split, on, mine),
            key=f"map_{method}_{split}_{recipe.key[:8]}_{limit}",
            on_select="rerun",
            alt="Map of digits: similar digits lie close together",
        )
    with list_:
        _selected(split, [int(point["customdata"][0]) for point in event.selection.points])


def _settings() -> tuple[str, str, Recipe, int]:
    left, middle, right, last = st.columns(4, vertical_alignment="bottom")
    method = choose_named(
        "Method",
        embedding.METHODS,
        "pca",
        "method",
        control=left.segmented_control,
        required=True,
        help="PCA is a linear projection and instant. t-SNE preserves neighbourhoods; a worker computes it once, in "
        "the background.",
    )
    with middle:
        split = choose_split()
    seen_as = {name: LABELS[name] for name in MAPPED}
    name = choose_named("Seen as", seen_as, MAPPED[0], "seen_as", control=right.selectbox)
    most = min(embedding.MOST, len(cached.split_named(split)))
    limit = last.slider(
        "Digits", embedding.FEWEST, most, min(DEFAULT, most), STEP, format="%,d", key="dots", bind="query-params"
    )
    return method, split, RECIPES[name], limit


def _dots(split: str, on: DigitMap, mine: Placed | None) -> go.Figure:
    labels = cached.split_named(split).labels[on.positions]
    table = pd.DataFrame({"x": on.places[:, 0], "y": on.places[:, 1], "digit": labels, "position": on.positions})
    figure = embedding_map(table, *on.axes)
    return figure if mine is None else with_digit(figure, mine.places, framed(mine, dark=is_dark()), dark=is_dark())


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
    words = ", ".join(f"{counts[digit]:,} × {digit}" for digit in np.argsort(-counts, kind="stable") if counts[digit])
    st.markdown(f"**{len(positions):,} digits selected**: {words}")
    listed = positions[:MOST_LISTED]
    if len(listed) < len(positions):
        st.caption(f"The first {len(listed)} of them:")
    with st.container(height=420):
        clicked = digit_sheet(split.images[listed], [str(label) for label in split.labels[listed]], "area", side=44)
    if clicked is not None:
        show_one(split_name, listed[clicked], "area")
