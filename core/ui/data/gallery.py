"""The gallery: images of a split by digit and order, page by page, and the one that was clicked."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.data.dataset import Split
from core.data.gallery import ORDERS
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.components.sheet import digit_sheet
from core.ui.data import cached
from core.ui.data.choice import choose_digit, open_in_lab
from core.ui.page import fragment

PAGE_SIZE = 60


@fragment
def show_gallery(split_name: str) -> None:
    """Draw the gallery of a split."""
    split = cached.split_named(split_name)
    left, middle, right = st.columns([1, 2, 4], vertical_alignment="bottom")
    with left:
        digit = choose_digit()
    order = middle.selectbox("Order", ORDERS, key="order", bind="query-params", disabled=digit is None)
    found = cached.positions(session.dataset().fingerprint, split_name, digit, order)
    with right:
        page = st.pagination(max(1, -(-len(found) // PAGE_SIZE)), key="page", bind="query-params")
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    st.caption(_sentence(digit, order, page, len(shown), len(found)))
    _sheet(split_name, split, shown)


def _sentence(digit: int | None, order: str, page: int, shown: int, total: int) -> str:
    if not total:
        return f"There is no {digit} in these images."
    first = (page - 1) * PAGE_SIZE + 1
    words = f"Images {first:,} to {first + shown - 1:,} of {total:,}"
    if digit is None:
        return f"{words}. Choose a digit to see typical and unusual examples."
    if order == ORDERS[0]:
        return f"{words} that show a {digit}."
    return f"{words} that show a {digit}. Typical means close to the mean {digit}, in 20 principal components."


def _sheet(split_name: str, split: Split, shown: np.ndarray) -> None:
    captions = [f"{label}\n#{position:,}" for label, position in zip(split.labels[shown], shown, strict=True)]
    clicked = digit_sheet(split.images[shown], captions, "gallery", label="Images of the data set")
    if clicked is not None:
        show_one(split_name, int(shown[clicked]), "gallery")


def show_one(split_name: str, position: int, key: str) -> None:
    """Show one image large, with the way to the lab."""
    split = cached.split_named(split_name)
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        with st.container(width=170):
            lines = (
                f"number {position:,} of the {split_name} split",
                f"ink on {100 * (split.images[position] > 0).mean():.0f} % of it",
            )
            show_cards([Card(split.images[position], f"A {split.labels[position]}", lines)], side=140)
        clicked = st.button(
            "Open in the lab",
            key=f"{key}_open",
            icon=":material/science:",
            on_click=open_in_lab,
            args=(split_name, position),
        )
    if clicked:
        st.rerun()
