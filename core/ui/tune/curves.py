"""Learning and validation curves of the parameters that a search has found, with what they say in words."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.charts.tuning import scores_against
from core.jobs.questions.kept import Question
from core.jobs.questions.learning_curve import (
    curve_table,
    learning_in_words,
    learning_questions,
    validation_in_words,
    validation_questions,
)
from core.jobs.tuning.request import Search
from core.jobs.tuning.search_space import proposed
from core.jobs.tuning.view import StudyView
from core.models.catalogue import title_of
from core.ui import session
from core.ui.addressed import choose_named, counts
from core.ui.components.questions import show_questions

SIZES = (200, 500, 1000, 2000, 5000, 10_000, 20_000, 55_000)
WHY = "Every point is one training on a worker. Results are stored."
SIZE = "the number of training images"


def show_curves(found: StudyView) -> None:
    """Choose what to vary around the best trial, and draw what is known of it."""
    best = found.best.parameters if found.best else {}
    search = found.search.model_copy(update={"parameters": {**found.search.parameters, **best}})
    fields = {field.name: field for field in search.kind.parameters.declared()}
    left, right = st.columns(2)
    varied = left.selectbox(
        "Vary", [SIZE, *fields], key="curve_varied", bind="query-params", help="Around the best trial of this search."
    )
    most = len(session.dataset().train.labels)
    images = choose_named(
        "Up to this many training images" if varied == SIZE else "Training images",
        counts([*(size for size in SIZES if size < most), most]),
        str(min(2000, most)),
        "curve_images",
        control=right.select_slider,
    )
    if varied == SIZE:
        _learning(search, int(images))
    else:
        _validation(search, fields[varied], int(images))


def _learning(search: Search, images: int) -> None:
    sizes = [*[size for size in SIZES if size < images], images]
    questions = learning_questions(search, sizes)
    table = curve_table(sizes, questions)
    st.plotly_chart(scores_against(table, "Training images", log=True), width="stretch", key="learning_curve")
    _tell(
        learning_in_words(table), questions, f"Learning curve of {title_of(search.model)}", "Compute the learning curve"
    )


def _validation(search: Search, field: Any, images: int) -> None:
    dimension = proposed(field)
    values = [value if isinstance(value, int | float) else str(value) for value in dimension.values]
    questions = validation_questions(search, dimension, images)
    table = curve_table(values, questions)
    figure = scores_against(table, field.title.capitalize(), log=field.log)
    st.plotly_chart(figure, width="stretch", key="validation_curve")
    title = f"Validation curve of {title_of(search.model)} over {field.title}"
    _tell(validation_in_words(table, field.title), questions, title, "Compute the validation curve")


def _tell(words: str, questions: list[Question], title: str, label: str) -> None:
    if words:
        st.markdown(words)
    show_questions(questions, title, label, WHY)
