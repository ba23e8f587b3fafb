from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests

from core.errors import ParameterError
from core.evaluation.comparison import (
    against_baseline,
    compare,
    holm,
    images_needed,
    in_words,
    leaderboard,
    mcnemar,
    questions_left,
    rounded,
)


def two_models(first_only: int, second_only: int, total: int = 10_000) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    labels = np.arange(total) % 10
    first, second = labels.copy(), labels.copy()
    second[:first_only] = (labels[:first_only] + 1) % 10
    missed = slice(first_only, first_only + second_only)
    first[missed] = (labels[missed] + 1) % 10
    return labels, {"CNN": first, "SVM": second}


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_agrees_with_statsmodels(first: int, second: int) -> None:
    theirs = statsmodels_mcnemar([[9, first], [second, 9]], exact=True).pvalue if first + second else 1.0

    assert mcnemar(first, second) == pytest.approx(theirs, abs=1e-9)


def test_mcnemar_agrees_with_scipys_binomial_test() -> None:
    assert mcnemar(41, 12) == pytest.approx(binomtest(12, 53).pvalue, rel=1e-9)


@pytest.mark.parametrize("questions", [1, 3, 190])
def test_holm_agrees_with_statsmodels(questions: int) -> None:
    p_values = np.random.default_rng(questions).beta(0.3, 3, questions).round(3)  # many small ones, and ties

    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1], atol=1e-12)


def test_clear_winner_in_words() -> None:
    table = compare(*two_models(41, 12))

    assert table.loc[0, "sentence"] == "CNN is significantly better than SVM: 41 digits against 12, p < 0.001."
    assert table.loc[0, "better"] == "CNN"
    assert np.isnan(table.loc[0, "images_needed"])
    assert table.loc[0, "difference"] == pytest.approx(0.0029)


def test_winner_may_be_the_second() -> None:
    assert (
        compare(*two_models(12, 41))
        .loc[0, "sentence"]
        .startswith("SVM is significantly better than CNN: 41 digits against 12")
    )


def test_nothing_proven_says_how_many_images_it_would_take() -> None:
    table = compare(*two_models(20, 15))

    assert table.loc[0, "better"] == ""
    assert table.loc[0, "sentence"].startswith(
        "No significant difference between CNN and SVM: 20 digits against 15, p = 0.50."
    )
    assert "About 110,000 test images" in table.loc[0, "sentence"]


def test_images_needed_by_hand() -> None:
    # Connor 1987 with shares 0.3 and 0.2 of 100 images, z 1.959964 and 0.841621
    reach = 1.959963984540054 * np.sqrt(0.5) + 0.8416212335729143 * np.sqrt(0.5 - 0.01)

    assert images_needed(30, 20, 100) == np.ceil(reach**2 / 0.01)
    assert images_needed(20, 30, 100) == images_needed(30, 20, 100)


def test_images_needed_of_a_pair_do_not_change_when_a_third_model_is_proven_worse() -> None:
    """Holm tests the two good ones last, at the whole level, as if they were alone."""
    labels = np.zeros(1000, dtype=np.int64)
    first, second, third = (np.zeros_like(labels) for _ in range(3))
    first[:20], second[20:50], third[50:500] = 1, 1, 1
    alone = compare(labels, {"a": first, "b": second})
    among = compare(labels, {"a": first, "b": second, "c": third})
    assert list(among["better"]) == ["", "a", "b"]
    assert among.loc[0, "images_needed"] == alone.loc[0, "images_needed"] == images_needed(30, 20, 1000)


def test_the_least_p_value_is_divided_among_all_questions() -> None:
    assert questions_left([0.3, 0.01, 0.2]).tolist() == [1, 3, 2]


def test_images_needed_reach_the_promised_power() -> None:
    images, rng = int(images_needed(30, 20, 1000)), np.random.default_rng(0)
    drawn = rng.multinomial(images, [0.03, 0.02, 0.95], size=1500)
    found = np.mean([mcnemar(first, second) < 0.05 for first, second, _ in drawn])

    assert found == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (0, 0, "CNN and SVM are correct and incorrect on the same images."),
        (7, 7, "CNN and SVM are equal: each is correct on 7 digits that the other misses."),
        (1, 1, "CNN and SVM are equal: each is correct on 1 digit that the other misses."),
    ],
)
def test_ties_in_words(first: int, second: int, words: str) -> None:
    table = compare(*two_models(first, second))

    assert table.loc[0, "sentence"] == words
    assert np.isinf(table.loc[0, "images_needed"])


def test_every_pair_is_corrected_for_the_number_of_pairs() -> None:
    labels, models = two_models(41, 12)
    table = compare(labels, models | {"forest": (labels + (np.arange(len(labels)) % 20 == 0)) % 10})

    assert list(zip(table["first"], table["second"], strict=True)) == [
        ("CNN", "SVM"),
        ("CNN", "forest"),
        ("SVM", "forest"),
    ]
    np.testing.assert_allclose(table["p_holm"], multipletests(table["p"], method="holm")[1])


def wrong_at(*places: range, total: int = 1000) -> np.ndarray:
    """Answers to `total` zeros that are wrong at some places."""
    answers = np.zeros(total, np.int64)
    for place in places:
        answers[place] = 1
    return answers


def test_a_pair_that_is_significant_alone_and_not_among_three_is_not_called_so() -> None:
    models = {"a": wrong_at(range(10)), "b": wrong_at(range(10, 34)), "c": wrong_at(range(34, 50))}
    table = compare(np.zeros(1000, np.int64), models)
    p, p_holm = table.loc[0, ["p", "p_holm"]]

    assert p == pytest.approx(binomtest(10, 34).pvalue) and p < 0.05 <= p_holm == pytest.approx(3 * p)
    assert table.loc[0, "better"] == ""
    assert table.loc[0, "sentence"].startswith("No significant difference between a and b: 24 digits against 10")
    assert table.loc[0, "images_needed"] == images_needed(24, 10, 1000, significance=0.05 / 3)
    assert compare(np.zeros(1000, np.int64), {name: models[name] for name in "ab"}).loc[0, "better"] == "a"


def test_single_model_has_no_pairs() -> None:
    labels, models = two_models(1, 2)
    table = compare(labels, {"CNN": models["CNN"]})

    assert len(table) == 0
    assert "sentence" in table.columns


def test_predictions_of_other_images_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"`predictions` of CNN must have one value per image \(3\); got 2"):
        compare(np.array([1, 2, 3]), {"CNN": np.array([1, 2])})


@pytest.mark.parametrize(
    ("p", "words"), [(0.00001, "p < 0.001"), (0.0123, "p = 0.012"), (0.432, "p = 0.43"), (1.0, "p = 1.00")]
)
def test_p_in_words(p: float, words: str) -> None:
    assert in_words(p) == words


def test_counts_are_rounded_to_two_figures() -> None:
    assert [rounded(count) for count in (7, 12_345, 999_999)] == ["7", "12,000", "1,000,000"]


def test_leaderboard_is_best_first_with_intervals() -> None:
    labels, models = two_models(41, 12)
    table = leaderboard(labels, {"SVM": models["SVM"], "CNN": models["CNN"]})

    assert table["name"].tolist() == ["CNN", "SVM"]
    assert table["correct"].tolist() == [9988, 9959]
    assert (table["low"] < table["accuracy"]).all()
    assert (table["f1_low"] < table["f1_macro"]).all()


def test_against_baseline_sums_up_over_the_digits() -> None:
    labels, models = two_models(41, 12)
    table = against_baseline(labels, models, "SVM")
    digits = table[table["digit"] != "all"]

    assert table.loc[0, ["digit", "gained", "lost", "images"]].tolist() == ["all", 41, 12, 10_000]
    assert digits[["gained", "lost", "images"]].sum().tolist() == [41, 12, 10_000]
    assert digits["difference"].mean() == pytest.approx(0.0029)


def test_unknown_baseline_is_refused() -> None:
    with pytest.raises(ParameterError, match="`baseline` must be one of CNN, SVM; got KNN"):
        against_baseline(*two_models(1, 1), "KNN")
