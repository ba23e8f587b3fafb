from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ParameterError
from core.preprocessing.experiments import Experiment

RNG = np.random.default_rng(0)
LABELS = RNG.choice(10, 2000, p=np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) / 55).astype(np.uint8)
IMAGES = np.broadcast_to(np.arange(2000, dtype=np.uint16)[:, None, None], (2000, 28, 28))  # row i holds i


def test_the_default_changes_nothing() -> None:
    images, labels = Experiment().apply(IMAGES, LABELS, seed=0)
    assert images is IMAGES and labels is LABELS


@settings(max_examples=40, deadline=None)
@given(st.integers(10, 2500), st.sets(st.integers(0, 9), max_size=8), st.integers(0, 99))
def test_a_subset_is_stratified_and_keeps_images_and_labels_together(limit: int, left_out: set[int], seed: int) -> None:
    images, labels = Experiment(limit=limit, left_out=tuple(left_out)).apply(IMAGES, LABELS, seed=seed)
    rows = images[:, 0, 0]
    allowed = ~np.isin(LABELS, list(left_out))
    assert len(labels) == min(limit, allowed.sum())
    assert (np.diff(rows.astype(int)) > 0).all()
    assert np.array_equal(LABELS[rows], labels)
    expected = np.bincount(LABELS[allowed], minlength=10) * (len(labels) / allowed.sum())
    assert np.abs(np.bincount(labels, minlength=10) - expected).max() < 1.5 if limit > 100 else True
    assert set(labels) == set(LABELS[allowed])


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 0.9), st.sets(st.integers(0, 9), max_size=8), st.integers(0, 99))
def test_as_many_labels_are_wrong_as_asked_and_none_is_left_out(share: float, left_out: set[int], seed: int) -> None:
    experiment = Experiment(wrong_labels=share, left_out=tuple(left_out))
    images, labels = experiment.apply(IMAGES, LABELS, seed=seed)
    assert (labels != LABELS[images[:, 0, 0]]).sum() == round(share * len(labels))
    assert not set(labels) & left_out
    assert labels.dtype == np.uint8


def test_the_same_seed_makes_the_same_change_and_another_one_another() -> None:
    experiment = Experiment(limit=500, wrong_labels=0.2)
    first, again, other = (experiment.apply(IMAGES, LABELS, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


def test_training_arrays_are_not_written_to() -> None:
    kept = LABELS.copy()
    Experiment(wrong_labels=0.5).apply(IMAGES, LABELS, seed=0)
    assert np.array_equal(kept, LABELS)


def test_digits_left_out_have_one_order() -> None:
    assert Experiment(left_out=(7, 3, 7)) == Experiment(left_out=(3, 7))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"limit": 3}, r"`limit` must be between 10 and 55,000, the training images of MNIST; got 3\."),
        ({"left_out": (3, 12)}, r"`left_out` must be digits from 0 to 9; got 12\."),
        ({"left_out": tuple(range(9))}, r"At least two digits must remain for training; got 1\."),
        ({"wrong_labels": 1.5}, r"`wrong_labels` must be between 0 and 0\.9; got 1\.5\."),
        ({"wrong_labels": float("nan")}, r"`wrong_labels` must be between 0 and 0\.9; got nan\."),
        ({"corrections": ((5, 4, 11),)}, r"`corrections` must be at most 400 of \(position, given label, new label"),
        ({"noise": 1}, r"`noise` must be one of limit, left_out, wrong_labels, corrections; got 1\."),
    ],
)
def test_a_wrong_value_gets_a_sentence(values: dict, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        Experiment(**values)


def test_reviewed_labels_change_these_images_only_whatever_the_limit_draws() -> None:
    plain = Experiment(limit=500)
    drawn = plain.positions(LABELS, seed=2)
    one, other = drawn[3], drawn[9]
    undrawn = np.setdiff1d(np.arange(len(LABELS)), drawn)[0]
    changed = [(int(one), int(LABELS[one]), int(LABELS[one] + 1) % 10), (int(other), int(LABELS[other]), None)]
    reviewed = Experiment(limit=500, corrections=(*changed, (int(undrawn), int(LABELS[undrawn]), None)))
    images, labels = reviewed.apply(IMAGES, LABELS, seed=2)
    rows = images[:, 0, 0].astype(int)
    np.testing.assert_array_equal(rows, drawn[drawn != other])
    np.testing.assert_array_equal(rows[labels != LABELS[rows]], [one])
    assert labels[rows == one] == (LABELS[one] + 1) % 10


def test_a_digit_that_is_left_out_is_left_out_by_its_reviewed_label_too() -> None:
    position = int(np.flatnonzero(LABELS == 4)[0])
    images, labels = Experiment(left_out=(9,), corrections=((position, 4, 9),)).apply(IMAGES, LABELS, seed=0)
    assert position not in images[:, 0, 0] and 9 not in labels


@pytest.mark.parametrize("position", [5, 2500])
def test_reviewed_labels_of_another_training_set_are_refused(position: int) -> None:
    given = (int(LABELS[5]) + 1) % 10
    with pytest.raises(ParameterError, match=f"belong to another training set: image {position} is no {given} here"):
        Experiment(corrections=((position, given, 0),)).apply(IMAGES, LABELS, seed=0)


def test_the_last_of_two_reviews_of_an_image_counts() -> None:
    assert Experiment(corrections=((7, 1, 2), (3, 1, 7), (7, 1, None))).corrections == ((3, 1, 7), (7, 1, None))


def test_a_limit_can_be_given_alone() -> None:
    assert Experiment.limited(300).limit == 300
    with pytest.raises(ParameterError, match="between 10 and 55,000, the training images of MNIST; got -1"):
        Experiment.limited(-1)
