from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data import sources
from core.data.dataset import Arrays
from core.data.recognised import read_mnist
from core.data.sample import load_sample
from core.data.sources import load_dataset
from core.errors import DataError
from tests.core.data.forms import kaggle, kaggle_test

pytestmark = pytest.mark.data

WHOLE = "9e4511b523ac0ac3"


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "named"
    folder.mkdir()
    monkeypatch.setenv("DIGITLAB_DATA_DIR", str(folder))
    return folder


def dealt_anew(arrays: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """All images and labels in another order, as Kaggle's competition has them."""
    order = np.random.default_rng(0).permutation(70_000)
    images, labels = np.concatenate([arrays.x_train, arrays.x_test]), np.concatenate([arrays.y_train, arrays.y_test])
    return images[order], labels[order]


def test_mnist_in_any_order_and_under_other_names_opens_and_is_kept(full_arrays: Arrays, named: Path) -> None:
    images, labels = dealt_anew(full_arrays)
    np.savez(named / "digits.npz", X=images[:42_000].reshape(-1, 784), y=labels[:42_000].astype(np.int64))
    np.save(named / "unlabelled.npy", images[42_000:])
    assert load_dataset().fingerprint == WHOLE
    sources._opened.clear()
    (named / "digits.npz").write_bytes(b"PK")  # the copy in the cache must not answer for other files
    assert load_dataset().is_sample


@pytest.mark.slow
def test_kaggles_competition_opens_as_the_full_mnist(full_arrays: Arrays, named: Path) -> None:
    images, labels = dealt_anew(full_arrays)
    kaggle(named, images[:42_000], labels[:42_000])
    kaggle_test(named, images[42_000:])
    assert load_dataset().fingerprint == WHOLE


def test_part_of_mnist_says_what_was_recognised(named: Path) -> None:
    sample = load_sample().validation
    kaggle(named, sample.images[:40], sample.labels[:40])
    [notice] = load_dataset().notices
    assert "holds 40 of MNIST's 70,000 images" in notice
    assert "train.csv (CSV): 40 pictures of 28 x 28 pixels, with labels" in notice
    assert "core data add" in notice


def test_wrong_labels_are_not_mnists(tmp_path: Path) -> None:
    sample = load_sample().validation
    path = kaggle(tmp_path, sample.images[:40], (sample.labels[:40] + 1) % 10)
    with pytest.raises(DataError, match="is not MNIST as published: 40 labels differ"):
        read_mnist(path)
