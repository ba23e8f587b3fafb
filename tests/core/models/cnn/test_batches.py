from __future__ import annotations

from itertools import islice

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.cnn.batches import batches
from core.preprocessing.augment import Augmentation
from tests.core.models.cnn.cnn_data import featurise, toy


@settings(max_examples=20, deadline=None)
@given(count=st.integers(1, 90), size=st.integers(1, 40))
def test_a_pass_shows_every_image_at_most_once_beside_its_own_label(count: int, size: int) -> None:
    size = min(size, count)
    data = toy(count)
    seen = list(islice(batches(data, size, seed=0), count // size))
    features = np.concatenate([batch for batch, _ in seen])
    labels = np.concatenate([target.argmax(axis=1) for _, target in seen])
    assert len(np.unique(features.reshape(len(features), -1), axis=0)) == count // size * size
    rows_with_ink = features[..., 0].mean(axis=2).argmax(axis=1)  # digit d is a stripe in row d + 1
    np.testing.assert_array_equal(rows_with_ink, labels + 1)


def test_each_pass_has_its_own_order_and_the_seed_decides_it() -> None:
    data = toy(40)
    first, second = islice(batches(data, 40, seed=5), 2)
    assert not np.array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[0], next(batches(data, 40, seed=5))[0])


def test_augmented_pictures_are_new_in_every_pass() -> None:
    data = toy(32, augmentation=Augmentation(rotation=15))
    first, second = islice(batches(data, 32, seed=5), 2)
    pictures = {picture.tobytes() for features, _ in (first, second) for picture in features}
    assert len(pictures) > 60
    assert not pictures & {picture.tobytes() for picture in data.train_features}


def test_a_teacher_is_asked_about_the_very_pictures_and_heard_where_it_is_right() -> None:
    asked: list[np.ndarray] = []

    def teach(images: np.ndarray) -> np.ndarray:
        asked.append(images)
        told = np.full((len(images), 10), 0.04, np.float32)
        told[:, 3] = 0.64
        return told

    data = toy(400, teach=teach, augmentation=Augmentation(rotation=15))
    features, targets = next(batches(data, 400, seed=5))
    shown = {picture.tobytes(): place for place, picture in enumerate(features)}
    taught = np.array([shown[picture.tobytes()] for picture in featurise(asked[0])])
    assert 150 < len(taught) < 250
    by_label, _ = next(batches(toy(400, augmentation=data.augmentation), 400, seed=5))
    np.testing.assert_array_equal(features, by_label)
    labels = (targets > 0.5).argmax(axis=1)
    told = np.zeros(400, bool)
    told[taught] = True
    np.testing.assert_allclose(
        targets[told & (labels == 3)][:, :5], [[0.04, 0.04, 0.04, 0.64, 0.04]] * (told & (labels == 3)).sum()
    )
    np.testing.assert_array_equal(targets[~told | (labels != 3)], np.eye(10)[labels[~told | (labels != 3)]])
