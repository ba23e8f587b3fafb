"""The effect: does a recipe help? A number, an interval and a sentence from a small model on a few thousand images."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.charts.standings import standings
from core.errors import ParameterError
from core.jobs.questions import probe
from core.jobs.questions.kept import Answer, Question, answer
from core.models.probe import JUDGES
from core.text import percent, percent_range
from core.ui import session
from core.ui.addressed import choose_named, choose_several_named, counts
from core.ui.components.questions import show_questions
from core.ui.components.recipe_choice import LAB
from core.ui.components.table import show_table
from core.ui.data.choice import LABELS, recipe_named

PROBED = ("raw", "deskewed", "deskewed_pca", "hog_pca", LAB)
START = ["raw", "deskewed", "hog_pca"]
SIZES = (1_000, 2_000, 4_000, 8_000)
KINDS = {"neighbours": "knn", "linear": "logistic"}


def show_effect() -> None:
    """Show the probe's settings, the way to start it, and what came out."""
    names, judge, limit = _settings()
    if len(names) < 2:
        st.info("Choose at least two recipes to compare.", icon=":material/compare_arrows:")
        return
    questions = _questions(names, judge, limit)
    answers = {name: kept for name, question in questions.items() if (kept := answer(question))}
    why = "A worker applies each recipe and evaluates a small model on the validation images. This takes seconds."
    title = f"Effect of {len(questions)} recipes"
    show_questions(list(questions.values()), title, "Run the probe", why)
    if answers:
        _results(answers, judge)


def _settings() -> tuple[list[str], str, int]:
    names = choose_several_named(
        "Recipes", {name: LABELS[name] for name in PROBED}, START, "recipes",
        help="The others are compared with the first. “The lab's recipe” is the one set in the Lab.",
    )  # fmt: skip
    left, right = st.columns(2, vertical_alignment="bottom")
    judge = choose_named("Model", JUDGES, "neighbours", "judge", control=left.segmented_control, required=True)
    available = len(session.dataset().train)
    sizes = [size for size in SIZES if size <= available]
    limit = choose_named(
        "Training images", counts(sizes), str(min(4_000, sizes[-1])), "probe_images", control=right.select_slider
    )
    return names, judge, int(limit)


def _questions(names: list[str], judge: str, limit: int) -> dict[str, Question]:
    fingerprint = session.dataset().fingerprint
    asked = {LABELS[name]: probe.question(recipe_named(name), judge, limit, fingerprint) for name in names}
    if len({question.key for question in asked.values()}) < len(asked):
        raise ParameterError("Two of these recipes are the same; change the lab's recipe or remove one.")
    return asked


def _results(answers: dict[str, Answer], judge: str) -> None:
    labels = session.dataset().validation.labels
    table = probe.probe_table(labels, answers)
    for sentence in probe.verdicts(labels, answers):
        st.markdown(f"- {sentence}")
    st.plotly_chart(
        standings(table.assign(kind=KINDS[judge])),
        key="probed",
        alt="Validation accuracy of each recipe with its interval",
    )
    show_table(_in_words(table))
    st.caption(
        f"Accuracy on {len(labels):,} validation images, with its 95 % confidence interval (Wilson). Variance kept "
        "is the share of the variance that PCA explains."
    )


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Recipe": table["name"],
            "Accuracy": [percent(value) for value in table["accuracy"]],
            "95 % interval": [
                percent_range(low, high, 1) for low, high in zip(table["low"], table["high"], strict=True)
            ],
            "Features": table["numbers"],
            "Variance kept": [percent(share, 0) for share in table["explained"]],
            "ms per 1,000 images": table["preparing_ms"].round(),
            "Total seconds": table["seconds"].round(1),
        }
    )
