from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

from core.data.dataset import Arrays, Dataset, Split, full_dataset
from core.data.gallery import (
    class_counts,
    duplicates,
    examples,
    intensity_histogram,
    mean_images,
    pca_distances,
    positions,
    variance_images,
)
from core.data.sample import load_sample
from core.errors import ParameterError

pytestmark = pytest.mark.data


@pytest.fixture
def dataset(small_mnist: Arrays) -> Dataset:
    return full_dataset(small_mnist, "made for a test")


def test_counts_of_the_sample() -> None:
    table = class_counts(load_sample())
    assert len(table) == 30
    assert table.groupby("split")["images"].unique().map(list).to_dict() == {
        "test": [50],
        "train": [400],
        "validation": [50],
    }
    assert table["share"].unique().tolist() == [0.1]


def test_mean_and_variance_by_hand(dataset: Dataset) -> None:
    fours = dataset.train.images[dataset.train.labels == 4].astype(float)
    mean = sum(fours) / len(fours)
    np.testing.assert_allclose(mean_images(dataset.train)[4], mean, rtol=1e-6)
    expected = sum((four - mean) ** 2 for four in fours) / len(fours)
    np.testing.assert_allclose(variance_images(dataset.train)[4], expected, rtol=1e-5)


def test_mean_of_a_missing_digit_is_black(dataset: Dataset) -> None:
    kept = dataset.train.labels != 4
    split = Split(dataset.train.images[kept], dataset.train.labels[kept], dataset.train.index[kept])
    assert not mean_images(split)[4].any()


@pytest.mark.parametrize("bins", [2, 10, 16, 256])
def test_histogram_counts_every_pixel_once(dataset: Dataset, bins: int) -> None:
    images = dataset.train.images
    table = intensity_histogram(images, bins)
    assert table["low"].iloc[0] == 0
    assert table["high"].iloc[-1] == 255
    expected = [
        int(((images >= low) & (images <= high)).sum()) for low, high in zip(table.low, table.high, strict=True)
    ]
    assert table["pixels"].tolist() == expected
    assert table["share"].sum() == pytest.approx(1)


def test_histogram_of_nothing_and_of_too_many_bins() -> None:
    assert intensity_histogram(np.zeros((0, 28, 28), np.uint8))["pixels"].sum() == 0
    with pytest.raises(ParameterError, match="`bins` must be between 2 and 256; got 300"):
        intensity_histogram(np.zeros((1, 28, 28), np.uint8), 300)


def test_distances_are_mahalanobis_where_all_components_are_kept() -> None:
    rng = np.random.default_rng(3)
    halves = np.zeros((60, 14, 14), np.uint8)
    halves[:, 5, :6] = rng.integers(0, 256, (60, 6))
    flat = halves.reshape(60, -1)[:, 70:76].astype(float)
    precision = np.linalg.inv(np.cov(flat, rowvar=False))
    expected = [mahalanobis(row, flat.mean(axis=0), precision) for row in flat]
    images = halves.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_allclose(pca_distances(images, 20), expected, rtol=1e-4)


def test_identical_images_are_at_no_distance() -> None:
    assert pca_distances(np.full((5, 28, 28), 9, np.uint8)).tolist() == [0] * 5


def test_the_stranger_is_the_most_unusual() -> None:
    train = load_sample().train
    ones, zero = train.images[train.labels == 1][:100], train.images[train.labels == 0][:1]
    split = Split(np.concatenate([ones, zero]), np.ones(101, np.uint8), np.arange(101))
    found = examples(split, 1, count=3)
    assert found.unusual[0] == 100
    assert len(found.typical) == 3
    assert found.distances[found.typical[0]] == found.distances.min()


def test_examples_need_two_images(dataset: Dataset) -> None:
    one = Split(dataset.test.images[:1], np.array([6], np.uint8), np.arange(1))
    with pytest.raises(ParameterError, match="`digit` must have at least two images; 6 has 1"):
        examples(one, 6)


def test_a_copied_image_is_found(dataset: Dataset) -> None:
    images = dataset.test.images.copy()
    images[4] = dataset.validation.images[2]
    copied = replace(dataset, test=Split(images, dataset.test.labels, dataset.test.index))
    assert duplicates(dataset).empty
    assert duplicates(copied).to_dict("records") == [{"split": "validation", "position": 2, "test_position": 4}]


def test_mnist_has_no_exact_duplicates(full_arrays: Arrays) -> None:
    assert duplicates(full_dataset(full_arrays, "the real one")).empty


def test_positions_are_a_digits_images_in_the_order_asked_for(dataset: Dataset) -> None:
    split = dataset.validation
    found = examples(split, 4, count=len(split))
    np.testing.assert_array_equal(positions(split), np.arange(len(split)))
    np.testing.assert_array_equal(positions(split, 4), np.flatnonzero(split.labels == 4))
    np.testing.assert_array_equal(positions(split, 4, "most typical first"), found.typical)
    np.testing.assert_array_equal(positions(split, 4, "most unusual first"), found.typical[::-1])


@pytest.mark.parametrize(
    ("digit", "order", "words"),
    [(3, "by size", "one of in data set order"), (None, "most typical first", "needs a digit")],
)
def test_orders_that_there_are_not_are_refused(dataset: Dataset, digit: int | None, order: str, words: str) -> None:
    with pytest.raises(ParameterError, match=f"`order` .*{words}"):
        positions(dataset.validation, digit, order)
