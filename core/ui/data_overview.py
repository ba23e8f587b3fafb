"""The data set at a glance: where it came from, how many of each digit, average digits, ink, duplicates."""

from __future__ import annotations

import streamlit as st

from core.charts.counts import class_balance, intensity_histogram
from core.data.dataset import Dataset
from core.ui import data_cached, session
from core.ui.data_choice import IN_WORDS
from core.ui.data_pictures import Card, show_cards


def show_counts() -> None:
    """Source, sizes and class balance."""
    dataset = session.dataset()
    places = st.columns(4)
    for place, (title, split, why) in zip(places, _sizes(dataset), strict=False):
        place.metric(f"{title} images", f"{len(split):,}", help=why)
    places[3].metric("Pixels an image", "28 × 28", help="Grey values from 0, empty, to 255, ink.")
    st.caption(f"Source: {dataset.origin.rstrip('.')}. The judging images' fingerprint is `{dataset.fingerprint}`.")
    table = data_cached.class_counts(dataset.fingerprint)
    st.plotly_chart(class_balance(table), key="balance", alt="Images of each digit in each split")
    rarest, commonest = (table.groupby("digit")["images"].sum().agg(end) for end in ("idxmin", "idxmax"))
    st.caption(
        f"The {commonest}s are the most frequent and the {rarest}s the rarest. Nearly even classes mean that plain "
        "accuracy is a fair first measure: a model that always says one digit is right about one time in ten."
    )


def _sizes(dataset: Dataset) -> tuple:
    return (
        ("Training", dataset.train, "Models learn from these."),
        ("Validation", dataset.validation, "Choices are made on these: settings, champion, calibration."),
        ("Test", dataset.test, "Judge once, when a run is finished."),
    )


def show_averages(split: str) -> None:
    """Mean and deviation of each digit."""
    means, deviations = data_cached.averages(session.dataset().fingerprint, split)
    st.markdown("**The average of each digit**")
    show_cards([Card(picture, str(digit)) for digit, picture in enumerate(means)], side=72)
    st.markdown("**Where they vary most** (standard deviation of each pixel, bright where writers disagree)")
    show_cards([Card(picture, str(digit)) for digit, picture in enumerate(deviations)], side=72)
    st.caption(
        "A sharp average means that people write this digit alike. The blurred 1 and 4 are slanted differently from "
        "writer to writer, which is what deskewing takes away."
    )


def show_ink(split: str) -> None:
    """How dark the pixels are."""
    images = data_cached.ink(session.dataset().fingerprint, split)
    st.plotly_chart(intensity_histogram(images), key="ink", alt="How often each grey value occurs")
    st.caption(
        f"Counted on {len(images):,} images spread over the {IN_WORDS[split]} set; {100 * (images == 0).mean():.0f} % "
        "of the pixels are empty and most of the others full: nearly black and white, so thresholding loses little."
    )


def show_duplicates() -> None:
    """Whether test images were seen in training."""
    found = data_cached.duplicates(session.dataset().fingerprint)
    if found.empty:
        st.success(
            "No test image is also a training or validation image, pixel for pixel: nothing that judges was learned.",
            icon=":material/check_circle:",
        )
        return
    st.warning(f"{len(found):,} pairs of a test image and an identical one that trains or validates.")
    st.dataframe(found, hide_index=True)
