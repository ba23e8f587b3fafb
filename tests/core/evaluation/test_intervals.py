from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score
from statsmodels.stats.proportion import proportion_confint

from core.errors import ParameterError
from core.evaluation.intervals import bootstrap_macro_f1, paired_difference, wilson_interval
from core.evaluation.metrics import confusion_matrix


@given(st.integers(1, 20_000), st.floats(0, 1), st.sampled_from([0.9, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels(total: int, share: float, confidence: float) -> None:
    correct = round(share * total)
    ours = wilson_interval(correct, total, confidence)
    theirs = proportion_confint(correct, total, 1 - confidence, method="wilson")

    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-9)
    assert 0 <= ours.low <= ours.value <= ours.high <= 1


@pytest.mark.parametrize(("correct", "total"), [(-1, 10), (11, 10), (0, 0)])
def test_wilson_refuses_impossible_counts(correct: int, total: int) -> None:
    with pytest.raises(ParameterError, match=f"got {correct} of {total}"):
        wilson_interval(correct, total)


def test_confidence_of_one_is_refused() -> None:
    with pytest.raises(ParameterError, match="`confidence` must be between 0 and 1; got 1"):
        wilson_interval(5, 10, confidence=1)


def test_bootstrap_agrees_with_resampling_the_images_themselves() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 600)
    predictions = np.where(rng.random(600) < 0.85, labels, rng.integers(0, 10, 600))
    drawn = [rng.integers(0, 600, 600) for _ in range(300)]
    scores = [f1_score(labels[d], predictions[d], average="macro", labels=range(10)) for d in drawn]

    ours = bootstrap_macro_f1(confusion_matrix(labels, predictions), resamples=4000)

    assert ours.value == pytest.approx(f1_score(labels, predictions, average="macro"))
    assert (ours.low, ours.high) == pytest.approx(np.quantile(scores, [0.025, 0.975]), abs=0.008)


def test_bootstrap_is_the_same_for_the_same_seed() -> None:
    matrix = np.random.default_rng(1).integers(0, 40, (10, 10))

    assert bootstrap_macro_f1(matrix, seed=3) == bootstrap_macro_f1(matrix, seed=3)
    assert bootstrap_macro_f1(matrix, seed=3) != bootstrap_macro_f1(matrix, seed=4)


def test_faultless_model_has_no_spread() -> None:
    ours = bootstrap_macro_f1(100 * np.eye(10, dtype=int))

    assert (ours.low, ours.value, ours.high) == pytest.approx((1, 1, 1))


def test_paired_difference_by_hand() -> None:
    # 41.5 and 12.5 of 10,002: centre 29 / 10002; variance of the sum 54 - 29^2 / 10002
    ours = paired_difference(41, 12, 10_000)
    reach = 1.959963984540054 * np.sqrt(54 - 29**2 / 10_002) / 10_002

    assert ours.value == pytest.approx(0.0029)
    assert (ours.low, ours.high) == pytest.approx((29 / 10_002 - reach, 29 / 10_002 + reach))


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 9000))
def test_paired_difference_turns_round_with_its_models(first: int, second: int, both: int) -> None:
    total = first + second + both + 1
    ours, turned = paired_difference(first, second, total), paired_difference(second, first, total)

    assert (ours.low, ours.high) == pytest.approx((-turned.high, -turned.low))
