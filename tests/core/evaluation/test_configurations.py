from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from core.evaluation.configurations import compare_configurations, welch

ACCURACIES = st.lists(st.integers(5000, 10_000), min_size=2, max_size=8, unique=True).map(
    lambda correct: [count / 10_000 for count in correct]
)


@given(ACCURACIES, ACCURACIES)
def test_welch_agrees_with_scipy(first: list[float], second: list[float]) -> None:
    assert welch(first, second) == pytest.approx(ttest_ind(first, second, equal_var=False).pvalue, abs=1e-6)


def test_better_recipe_in_words() -> None:
    table = compare_configurations({"CNN": [0.9970, 0.9972, 0.9971], "SVM": [0.9940, 0.9942, 0.9941]})

    assert table.loc[0, "better"] == "CNN"
    assert table.loc[0, "sentence"] == (
        "The configuration of CNN is significantly better than that of SVM: 99.71 % over 3 seeds "
        "against 99.41 % over 3 seeds, p < 0.001."
    )


def test_scatter_of_seeds_can_hide_a_difference() -> None:
    table = compare_configurations({"A": [0.990, 0.996], "B": [0.991, 0.994]})

    assert table.loc[0, "better"] == ""
    assert table.loc[0, "sentence"].startswith(
        "No significant difference between the configurations of A and B: 99.30 % over 2 seeds"
    )


def test_a_difference_that_is_significant_alone_and_not_among_three_is_not_called_so() -> None:
    seeds = {"A": [0.9900, 0.9912, 0.9906], "B": [0.9916, 0.9925, 0.9930], "C": [0.9905, 0.9918, 0.9926]}
    table = compare_configurations(seeds)

    assert table.loc[0, "p"] < 0.05 <= table.loc[0, "p_holm"]
    assert table.loc[0, "better"] == ""
    assert compare_configurations({name: seeds[name] for name in "AB"}).loc[0, "better"] == "B"


def test_one_run_is_not_a_recipe() -> None:
    table = compare_configurations({"A": [0.99], "B": [0.98, 0.981], "C": [0.97, 0.971]})

    assert table.loc[0, "sentence"].startswith("One run of A is not enough to compare configurations")
    assert np.isnan(table.loc[0, "p_holm"])
    assert table.loc[2, "better"] == "B"


def test_recipes_without_scatter() -> None:
    assert welch([0.99, 0.99], [0.98, 0.98]) == 0
    assert welch([0.99, 0.99], [0.99, 0.99]) == 1
