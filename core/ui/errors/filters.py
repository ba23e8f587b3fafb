"""What to show of the images behind a cell, and in which order; all of it in the page's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import streamlit as st

from core.data.dataset import Dataset
from core.evaluation.behind import Filters, Order
from core.evaluation.label_errors import SOURCE
from core.ui.addressed import choose_named
from core.ui.components.matrix import Cell
from core.ui.errors.matrix import Looked

ORDER_NAMES: dict[str, str] = {
    "confidence": "Highest probability first",
    "doubt": "Lowest probability first",
    "loss": "Largest loss first",
    "position": "Data set order",
}
AGREEMENT: dict[str, str] = {
    "any": "Any",
    "all": "All other models agree",
    "some": "Another model disagrees",
}
DOUBTED = (
    "15 test images whose label most annotators did not confirm ("
    + SOURCE
    + "). They still count in every score, so that scores stay comparable with published ones."
)


@dataclass(frozen=True)
class Asked:
    """Filters and order."""

    filters: Filters
    order: Order


def choose_filters(cell: Cell | None, looked: Looked, *, others: bool, doubted: bool) -> Asked:
    """Let people choose filters and order.

    Parameters
    ----------
    cell : the cell of the matrix that is chosen, None for all
    looked : how the matrix is looked at; totals of errors leave out what was read rightly
    others : whether there are other models to agree with
    doubted : whether these images are the test images whose labels people checked
    """
    true, predicted = cell or (None, None)
    place, order_place = st.columns(2, vertical_alignment="bottom")
    with order_place:
        order = cast(Order, choose_named("Order", ORDER_NAMES, "confidence", "order", control=st.selectbox))
    with place.popover("Filters", icon=":material/filter_list:", width="stretch"):
        digits = st.multiselect(
            "True or predicted", list(range(10)), key="digits", bind="query-params", placeholder="any digit"
        )
        low, high = st.slider("Probability (%)", 0, 100, (0, 100), key="sure", bind="query-params")
        agreement = _agreement(others)
        only = _label_errors(doubted)
    filters = Filters(
        true=true,
        predicted=predicted,
        errors_only=looked.errors_only and None in (true, predicted),
        digits=frozenset(digits),
        confidence=(low / 100, high / 100),
        agreement=agreement,
        label_errors_only=only,
    )
    return Asked(filters, order)


def _agreement(others: bool) -> Literal["any", "all", "some"]:
    chosen = choose_named(
        "Other models",
        AGREEMENT,
        "any",
        "agreement",
        control=st.selectbox,
        disabled=not others,
        help=None if others else "There is no other model to compare with.",
    )
    return chosen if others else "any"  # type: ignore[return-value]


def _label_errors(doubted: bool) -> bool:
    help_text = DOUBTED if doubted else f"Only for the full test set. {DOUBTED}"
    chosen = st.toggle("Disputed labels only", key="doubted", bind="query-params", disabled=not doubted, help=help_text)
    return chosen and doubted


def has_doubted_labels(dataset: Dataset, split: str) -> bool:
    """Return whether a split holds the official test images, whose labels people have checked."""
    return split == "test" and not dataset.is_sample


def filtered(filters: Filters) -> bool:
    """Return whether anything but the cell and the view narrows the images down."""
    return bool(
        filters.digits or filters.confidence != (0.0, 1.0) or filters.agreement != "any" or filters.label_errors_only
    )
