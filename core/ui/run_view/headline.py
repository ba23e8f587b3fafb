"""A run's first figures: how good it is on which images, how long it took."""

from __future__ import annotations

import streamlit as st

from core.data.judging import FULL_VALIDATION
from core.jobs.estimate import duration
from core.runs.judging import widest
from core.runs.run import Run
from core.text import percent
from core.ui import session
from core.ui.text import interval_in_words

Figure = tuple[str, str, str | None]
"""Its title, its value, and the images that it is of."""


def show_headline(run: Run) -> None:
    """Show accuracies, each with the images that it is of, and times; nothing for a run that was not evaluated."""
    if "test_accuracy" not in run.metrics:
        return
    figures = [*accuracies(run), *_times(run)]
    for place, (title, value, images) in zip(st.columns(len(figures)), figures, strict=True):
        place.metric(title, value, images, delta_color="off", delta_arrow="off")
    if run.fingerprint == session.dataset().fingerprint:
        count = len(session.dataset().test)
        wrong = round((1 - run.metrics["test_accuracy"]) * count)
        interval = interval_in_words(run.metrics["test_accuracy"], count)
        st.caption(f"{wrong:,} of {count:,} test images misclassified; 95 % interval of the test accuracy {interval}.")


def accuracies(run: Run) -> list[Figure]:
    """Return a run's accuracies; beside the sample, a shipped model's on all 5,000 validation images comes first."""
    dataset = session.dataset()
    names = ["validation", "test"]
    common = widest("validation", [run], dataset) == FULL_VALIDATION
    known = run.fingerprint == dataset.fingerprint
    figures: list[Figure] = []
    if common:
        whole = len(session.judging(FULL_VALIDATION).split)
        figures.append(
            ("Validation accuracy", percent(run.metrics[f"{FULL_VALIDATION}_accuracy"]), f"all {whole:,} images")
        )
    for name in names:
        images = f"{len(dataset.evaluation_split(name)):,} {'in common' if common else 'images'}" if known else None
        figures.append((f"{name.capitalize()} accuracy", percent(run.metrics.get(f"{name}_accuracy")), images))
    return [*figures, ("Macro F1, test", percent(run.metrics.get("test_f1_macro")), figures[-1][2])]


def _times(run: Run) -> list[Figure]:
    fit = duration(run.seconds["fit"]) if "fit" in run.seconds else "–"
    latency = f"{1000 * run.seconds['latency']:.2f} ms" if "latency" in run.seconds else "–"
    return [("Fit time", fit, None), ("Latency per digit", latency, None)]
