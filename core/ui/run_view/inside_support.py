"""The training images that hold a support vector machine up, as a gallery."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.counts import class_balance
from core.explain.support_vectors import SUPPORT_FILE, Support
from core.runs import artifacts
from core.runs.model_cache import model_folder
from core.runs.run import Run
from core.ui import session
from core.ui.components.sheet import digit_sheet

SHOWN = 60


def show_support(run: Run) -> None:
    """Show how many training images of each digit are support vectors, and those that weigh most."""
    path = model_folder(run) / SUPPORT_FILE
    if not path.exists():
        st.info(
            "The support vectors of this run were not stored by an earlier version; train it again.",
            icon=":material/info:",
        )
        return
    with artifacts.named(run):
        support = Support.load(path)
    st.subheader("Support vectors", anchor=False)
    st.markdown(in_words(support))
    table = pd.DataFrame({"split": "support vectors", "digit": range(10), "images": support.per_class})
    st.plotly_chart(class_balance(table), key="support_counts")
    if support.fingerprint != session.dataset().fingerprint:
        st.info("The images belong to the full MNIST, which is not available here.", icon=":material/info:")
        return
    _gallery(support)


def in_words(support: Support) -> str:
    """Return how many images were kept, in a sentence."""
    images, vectors = len(support.positions), int(support.vectors.sum())
    moved = f", most of them also as virtual examples: {vectors:,} support vectors" if vectors > images else ""
    return (
        f"{images:,} of {support.trained:,} training images ({100 * images / support.trained:.1f} %) are support "
        f"vectors{moved}. The others lie far from every decision boundary; the model would be the same without them."
    )


def _gallery(support: Support) -> None:
    digit = st.segmented_control("Digit", range(10), default=4, required=True, key="support_digit", bind="query-params")
    chosen = np.flatnonzero(support.labels == digit)[:SHOWN]
    images = session.dataset().train.images[support.positions[chosen]]
    digit_sheet(images, captions(support, chosen), "support", label=f"Support vectors that are a {digit}")
    st.caption(
        f"The {len(chosen)} with the largest weight, of {int(support.per_class[digit or 0]):,}: unusual "
        "digits, and digits close to another class. The number is the sum of the dual coefficients "
        "over all pairs of digits."
    )


def captions(support: Support, chosen: np.ndarray) -> list[str]:
    """Return below each image its weight, and how many vectors were made from it where its copies were moved."""
    return [
        f"{weight:.1f}" + (f"\n{count} vectors" if count > 1 else "")
        for weight, count in zip(support.weight[chosen], support.vectors[chosen], strict=True)
    ]
