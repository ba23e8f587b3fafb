"""The data set at a glance: where it came from, how many of each digit, average digits, ink, duplicates."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.charts.counts import class_balance, intensity_histogram
from core.data.dataset import Dataset
from core.text import percent
from core.ui import session
from core.ui.components.cards import Card, show_cards
from core.ui.components.table import show_table
from core.ui.data import cached
from core.ui.data.choice import IN_WORDS


def show_counts() -> None:
    """Show source and sizes."""
    dataset = session.dataset()
    places = st.columns(4)
    for place, (title, split, why) in zip(places, _sizes(dataset), strict=False):
        place.metric(f"{title} images", f"{len(split):,}", help=why)
    places[3].metric("Pixels per image", "28 × 28", help="Grey values from 0 (background) to 255 (ink).")
    st.caption(f"Source: {dataset.origin.rstrip('.')}. Fingerprint of the evaluation data: `{dataset.fingerprint}`.")


def _sizes(dataset: Dataset) -> tuple[Any, ...]:
    return (
        ("Training", dataset.train, "Used to train models."),
        ("Validation", dataset.validation, "Used to choose hyperparameters and the champion, and for calibration."),
        ("Test", dataset.test, "Used once for each run, when it is finished."),
    )


def show_digits(split: str) -> None:
    """Show the average of each digit, with how many there are."""
    fingerprint = session.dataset().fingerprint
    means, _ = cached.averages(fingerprint, split)
    table = cached.class_counts(fingerprint)
    rows = table[table["split"] == split].to_dict("records")
    show_cards(
        [
            Card(means[row["digit"]], str(row["digit"]), (f"{row['images']:,} images", percent(row["share"], 1)))
            for row in rows
        ],
        side=64,
    )
    st.caption(
        "The mean image of each digit. A blurred mean, such as that of 1 or 4, shows that writers slant the digit "
        "differently; deskewing removes this."
    )


def show_more(split: str) -> None:
    """Show what takes a chart or a search, on request."""
    views = {
        "Class balance": show_balance,
        "Where writers differ": lambda: show_variation(split),
        "Ink": lambda: show_ink(split),
        "Duplicates": show_duplicates,
    }
    chosen = st.segmented_control("More statistics", list(views), key="about", bind="query-params")
    if chosen:
        views[chosen]()


def show_balance() -> None:
    """Show how many of each digit there are in each split."""
    table = cached.class_counts(session.dataset().fingerprint)
    st.plotly_chart(class_balance(table), key="balance", alt="Images of each digit in each split")
    rarest, commonest = (table.groupby("digit")["images"].sum().agg(end) for end in ("idxmin", "idxmax"))
    st.caption(
        f"{commonest} is the most frequent digit and {rarest} the least frequent. The classes are nearly "
        "balanced, so accuracy is a suitable metric: a model that always predicts the same digit has "
        "about 10 % accuracy."
    )


def show_variation(split: str) -> None:
    """Show where the images of a digit differ from each other."""
    _, deviations = cached.averages(session.dataset().fingerprint, split)
    show_cards([Card(picture, str(digit)) for digit, picture in enumerate(deviations)], side=64)
    st.caption(
        "The standard deviation of each pixel, bright where writers differ: mostly along the edges of the strokes."
    )


def show_ink(split: str) -> None:
    """Show how dark the pixels are."""
    images = cached.ink(session.dataset().fingerprint, split)
    st.plotly_chart(intensity_histogram(images), key="ink", alt="How often each grey value occurs")
    st.caption(
        f"Based on {len(images):,} images of the {IN_WORDS[split]} set. {100 * (images == 0).mean():.0f} % "
        "of the pixels are background and most others are full ink, so thresholding loses little "
        "information."
    )


def show_duplicates() -> None:
    """Show whether test images were seen in training."""
    found = cached.duplicates(session.dataset().fingerprint)
    if found.empty:
        st.success(
            "No test image is identical to a training or validation image, so there is no leakage through duplicates.",
            icon=":material/check_circle:",
        )
        return
    st.warning(f"{len(found):,} pairs of a test image and an identical training or validation image.")
    show_table(found)
