from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.jobs.questions import learning_curve
from core.jobs.questions.kept import Question, work
from core.jobs.tuning.search_space import dimension
from core.models.catalogue import kind_named
from tests.core.jobs.searching import small_search


def points(*rows):
    return pd.DataFrame(rows, columns=["value", "training", "validation"])


def test_a_point_is_the_accuracy_on_rows_seen_and_unseen():
    """With enough steps logistic regression reads every one of 100 training digits, and fewer new ones."""
    search = small_search(settings=("max_iter=300", "C=1000"))
    point = learning_curve.point(search.model_dump_json(), 100, "", 0)
    assert float(point["training"]) == 1.0
    assert 0.5 < float(point["validation"]) < 0.9


def test_a_point_changes_the_named_parameter():
    search = small_search()
    weak = learning_curve.point(search.model_dump_json(), 100, "C", 0.0001)
    assert float(weak["training"]) < 0.95


def test_answered_points_make_the_table(home):
    search = small_search(owner="me")
    questions = learning_curve.learning_questions(search, [50, 100])
    assert learning_curve.curve_table([50, 100], questions).empty
    work(questions[1].function, *questions[1].arguments)
    table = learning_curve.curve_table([50, 100], questions)
    assert list(table["value"]) == [100]


def test_who_asks_does_not_change_the_question():
    one, other = (learning_curve.learning_questions(small_search(owner=name, limit=limit), [50])[0].key
                  for name, limit in (("me", 200), ("you", 300)))  # fmt: skip
    assert one == other


def test_a_validation_curve_asks_for_each_value():
    cost = dimension(kind_named("logistic"), "C", "0.1:10:3")
    questions = learning_curve.validation_questions(small_search(), cost, 100)
    assert [question.arguments[2:] for question in questions] == [("C", 0.1), ("C", 1.0), ("C", 10)]
    assert all(isinstance(question, Question) for question in questions)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            points((100, 1.0, 0.80), (200, 1.0, 0.85)),
            r"^Overfitting: .* 100.0 % .* 85.0 % .* still rises \(5.00 points",
        ),
        (points((100, 0.9, 0.88), (200, 0.89, 0.881)), r"^Underfitting: .* does not even fit .* is flat"),
        (points((100, 1.0, 0.993), (200, 0.998, 0.994)), r"^A good fit: .* is flat"),
    ],
)
def test_a_learning_curve_is_told_in_words(table, words):
    assert pd.Series([learning_curve.learning_in_words(table)]).str.contains(words).all()


def test_a_validation_curve_tells_both_sides():
    table = points((0.1, 0.80, 0.79), (1.0, 0.97, 0.95), (10.0, 1.0, 0.93))
    words = learning_curve.validation_in_words(table, "C")
    assert words == (
        "Best at C = 1: 95.0 % of the validation digits. "
        "Far below it, training accuracy falls too: underfitting, 16.00 points lower on validation. "
        "Far above it, training accuracy stays high while validation accuracy falls by 2.00 points: overfitting."
    )
    rising = points((0.1, 0.80, 0.79), (1.0, 0.97, 0.95))
    assert "at the end of the range: extend the range" in learning_curve.validation_in_words(rising, "C")


def test_one_point_says_nothing():
    assert learning_curve.learning_in_words(points((1, 1.0, 1.0))) == ""
    assert np.isscalar(learning_curve.validation_in_words(points(), "C"))
