from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact, hypergeom

from core.data.attributes import attributes
from core.data.sample import whole_validation
from core.errors import ParameterError
from core.evaluation.slice_augmentation import augmentation_for
from core.evaluation.slices import FEWEST, chance_of, compare_on_slices, judge_slices, slices
from core.preprocessing.augment import Augmentation

PLANTED = 80


@cache
def validation() -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    split = whole_validation()
    return split.images, split.labels, attributes(split.images, split.labels)


def thinner(image: np.ndarray) -> np.ndarray:
    return cv2.erode(cv2.resize(image, None, fx=4, fy=4), np.ones((5, 5)))[2::4, 2::4]


def leaning_left(image: np.ndarray) -> np.ndarray:
    return cv2.warpAffine(image, np.array([[1, 0.7, -9.8], [0, 1, 0]]), (28, 28))


def shifted_right(image: np.ndarray) -> np.ndarray:
    return np.roll(image, 3, axis=1)


@pytest.mark.parametrize(
    ("change", "words"), [(thinner, "thin"), (leaning_left, "lean far left"), (shifted_right, "shifted right")]
)
def test_a_slice_of_changed_pictures_with_wrong_labels_is_found(change, words: str) -> None:  # type: ignore[no-untyped-def]
    images, labels, _ = validation()
    images, shown = images.copy(), labels.copy()
    rng = np.random.default_rng(0)
    planted = rng.choice(len(labels), PLANTED, replace=False)
    images[planted] = [change(image) for image in images[planted]]
    shown[planted] = (shown[planted] + 1) % 10
    elsewhere = rng.choice(len(labels), 25, replace=False)  # other errors, anywhere
    wrong = shown != labels
    wrong[elsewhere] = True
    found = judge_slices(slices(attributes(images, shown)), wrong).query("found")
    named = found[found["slice"].str.contains(words)]
    assert (named["share"] > 2 * named["elsewhere"]).any(), found[["slice", "share", "elsewhere"]].to_string()


def test_a_slice_of_two_attributes_is_found_in_words_with_its_figures() -> None:
    _, labels, measured = validation()
    parts = slices(measured)
    part = next(part for part in parts if part.words == "thin digits that lean left")
    wrong = part.members & (np.arange(len(labels)) % 5 == 0)
    row = judge_slices(parts, wrong).iloc[0]
    assert row["slice"] == "thin digits that lean left" and row["found"]
    assert row["limits"].startswith("slant at most −3.1°, stroke width at most 2.3 px")
    assert (row["images"], row["wrong"], row["elsewhere"]) == (part.members.sum(), wrong.sum(), 0)
    assert row["low"] < row["share"] == wrong.sum() / part.members.sum() < row["high"]


def test_the_p_value_is_that_of_fishers_exact_test() -> None:
    _, labels, measured = validation()
    wrong = np.random.default_rng(1).random(len(labels)) < 0.03
    row = judge_slices(slices(measured), wrong).iloc[0]
    inside, rest = row["wrong"], wrong.sum() - row["wrong"]
    table = [[inside, row["images"] - inside], [rest, len(labels) - row["images"] - rest]]
    assert row["p"] == pytest.approx(fisher_exact(table, alternative="greater").pvalue)


def draws_with_a_finding(draws: int) -> int:
    images, _, _ = validation()
    answers = whole_validation().labels
    count = 0
    for seed in range(draws):
        labels = np.random.default_rng(seed).integers(0, 10, len(answers)).astype(np.uint8)
        found = judge_slices(slices(attributes(images, labels)), labels != answers)["found"]
        count += bool(found.any())
    return count


@pytest.mark.parametrize(("inside", "drawn", "wrong", "total"), [
    (0, 30, 12, 5000), (3, 30, 12, 5000), (12, 4995, 12, 5000), (40, 700, 90, 10_000), (9, 9, 500, 10_000),
    (6, 5, 10, 100), (2, 50, 0, 100), (1, 1, 1, 1),
])  # fmt: skip
def test_the_chance_of_errors_in_a_slice_is_the_hypergeometric_tail(
    inside: int, drawn: int, wrong: int, total: int
) -> None:
    assert chance_of(inside, drawn, wrong, total) == pytest.approx(
        hypergeom.sf(inside - 1, total, wrong, drawn), rel=1e-8, abs=1e-300
    )


def test_random_labels_have_no_slice() -> None:
    assert draws_with_a_finding(1) == 0


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_random_labels_have_no_slice_in_95_of_100_draws() -> None:
    assert draws_with_a_finding(100) <= 5


def test_no_slice_is_small_and_sources_are_slices() -> None:
    _, labels, measured = validation()
    source = np.where(np.arange(len(labels)) < 2000, "school A", "school B")
    parts = slices(measured, source)
    assert min(part.members.sum() for part in parts) >= FEWEST
    words = {part.words for part in parts}
    assert "digits from school A" in words and "thin digits from school A" in words
    assert not any("tall" in part for part in words)  # most digits of MNIST are equally tall


def test_few_pictures_have_no_slices() -> None:
    few = validation()[2].head(60)
    parts = slices(few)
    assert parts == []
    assert judge_slices(parts, np.zeros(60, bool)).empty
    assert compare_on_slices(parts, np.zeros(60, bool), np.zeros(60, bool)).empty


def test_predictions_of_other_pictures_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"one value per picture \(5,000\); got 3"):
        judge_slices(slices(validation()[2]), np.zeros(3, bool))


def test_two_models_are_compared_on_the_slice_where_they_differ() -> None:
    parts = slices(validation()[2])
    part = next(part for part in parts if part.words == "thick digits")
    first = part.members & (np.arange(len(part.members)) % 10 == 0)
    row = compare_on_slices(parts, first, np.zeros_like(first)).set_index("slice").loc["thick digits"]
    assert row["p_holm"] < 0.001 and row["second"] == 0
    assert row["difference"] == row["first"] == pytest.approx(first.sum() / part.members.sum())


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("thin digits that lean left", {"shear", "thickness"}),
        ("narrow digits", {"scale"}),
        ("digits with one loop", {"elastic"}),
    ],
)
def test_the_augmentation_varies_what_the_slice_is_made_of(words: str, fields: set[str]) -> None:
    measured = validation()[2]
    part = next(part for part in slices(measured) if part.words == words)
    made = augmentation_for(part, measured)
    changed = {name for name, value in made.model_dump().items() if value != getattr(Augmentation(), name)}
    assert changed == fields


def test_the_augmentation_reaches_the_slice_and_takes_nothing_away() -> None:
    measured = validation()[2]
    part = next(part for part in slices(measured) if part.words == "digits that lean left")
    apart = measured["slant"].mean() - measured["slant"][part.members].mean()
    made = augmentation_for(part, measured, Augmentation(shear=0.01, shift=2))
    assert np.tan(np.radians(apart)) <= made.shear <= np.tan(np.radians(apart)) + 0.01
    assert made.shift == 2
