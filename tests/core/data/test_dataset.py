from __future__ import annotations

import hashlib

import numpy as np
import pytest

from core.data.dataset import Arrays, Dataset, Split, fingerprint, full_dataset, validation_positions
from core.errors import ParameterError

pytestmark = pytest.mark.data


@pytest.fixture
def dataset(small_mnist: Arrays) -> Dataset:
    return full_dataset(small_mnist, "made for a test")


def test_validation_is_the_first_of_each_class_in_file_order(small_mnist: Arrays) -> None:
    seen: dict[int, int] = {}
    expected = []
    for position, label in enumerate(small_mnist.y_train.tolist()):
        seen[label] = seen.get(label, 0) + 1
        if seen[label] <= 3:
            expected.append(position)
    assert validation_positions(small_mnist.y_train).tolist() == expected


def test_train_and_validation_share_out_the_training_file(dataset: Dataset, small_mnist: Arrays) -> None:
    assert sorted([*dataset.train.index, *dataset.validation.index]) == list(range(100))
    for split in (dataset.train, dataset.validation):
        np.testing.assert_array_equal(split.images, small_mnist.x_train[split.index])
        np.testing.assert_array_equal(split.labels, small_mnist.y_train[split.index])


def test_test_split_is_the_test_file(dataset: Dataset, small_mnist: Arrays) -> None:
    np.testing.assert_array_equal(dataset.test.images, small_mnist.x_test)
    assert dataset.test.index.tolist() == list(range(20))
    assert len(dataset.test) == 20


@pytest.mark.parametrize("array", ["images", "labels", "index"])
def test_arrays_are_read_only(dataset: Dataset, array: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(dataset.validation, array)[0] = 0


def test_fingerprint_is_sha256_of_what_judges(dataset: Dataset) -> None:
    judged = (dataset.validation, dataset.test)
    content = b"".join(split.images.tobytes() + split.labels.tobytes() for split in judged)
    assert dataset.fingerprint == hashlib.sha256(content).hexdigest()[:16]


def test_fingerprint_changes_with_one_label(dataset: Dataset) -> None:
    labels = dataset.test.labels.copy()
    labels[0] = (labels[0] + 1) % 10
    changed = Split(dataset.test.images, labels, dataset.test.index)
    assert fingerprint(dataset.validation, changed) != dataset.fingerprint


def test_judges_names_the_splits_that_judge(dataset: Dataset) -> None:
    assert dataset.evaluation_split("validation") is dataset.validation
    assert dataset.evaluation_split("test") is dataset.test
    with pytest.raises(ParameterError, match="`split` must be validation or test; got train"):
        dataset.evaluation_split("train")


def test_full_split_facts(full_arrays: Arrays) -> None:
    dataset = full_dataset(full_arrays, "the real one")
    assert [len(split) for split in (dataset.train, dataset.validation, dataset.test)] == [55_000, 5_000, 10_000]
    assert np.bincount(dataset.validation.labels).tolist() == [500] * 10
    assert dataset.validation.index.max() == 5_847  # all among the first 5,848 images
    assert dataset.fingerprint == "9e4511b523ac0ac3"
    assert not dataset.is_sample


def test_split_names_all_three(dataset: Dataset) -> None:
    assert dataset.split("train") is dataset.train
    assert dataset.split("test") is dataset.test
    with pytest.raises(ParameterError, match="`split` must be train, validation or test; got tests"):
        dataset.split("tests")
