from __future__ import annotations

from core.ui.demo.quiz import Quiz, new_quiz
from core.ui.demo.refuse import decision


def test_each_model_keeps_its_own_score() -> None:
    quiz = Quiz((7, 1))
    quiz = quiz.counted({"cnn": 7, "svm": 1}).counted({"cnn": 1, "svm": 1}).counted({"cnn": 1, "svm": 7})
    assert dict(quiz.scores) == {"cnn": 2, "svm": 2}
    assert quiz.asked == 3


def test_every_digit_is_asked_for_once_before_any_comes_again() -> None:
    quiz = new_quiz()
    asked = []
    for _ in range(20):
        asked.append(quiz.digit)
        quiz = quiz.counted({})
    assert sorted(asked[:10]) == list(range(10))
    assert asked[10:] == asked[:10]


def test_a_model_that_joins_later_starts_at_nothing() -> None:
    quiz = Quiz((7,)).counted({"cnn": 7}).counted({"cnn": 7, "knn": 7})
    assert dict(quiz.scores) == {"cnn": 2, "knn": 1}


def test_an_answer_needs_a_sure_model_and_a_digit() -> None:
    assert decision(0.9, 0.9, strange=False) == "answered"
    assert decision(0.89, 0.9, strange=False) == "rejected"
    assert decision(0.99, 0.9, strange=True).startswith("rejected")
