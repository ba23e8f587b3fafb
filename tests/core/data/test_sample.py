from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from core.data import sample
from core.data.dataset import Arrays, full_dataset
from core.data.sample import file_order_labels, load_sample, read_sample, sample_positions
from core.errors import DataError

pytestmark = pytest.mark.data


def test_position_is_that_of_the_full_validation_split(full_arrays: Arrays) -> None:
    validation = full_dataset(full_arrays, "the real one").validation
    images, labels = read_sample()
    np.testing.assert_array_equal(images, validation.images)
    np.testing.assert_array_equal(labels, validation.labels)


def test_index_selects_from_the_5000() -> None:
    images, labels = read_sample()
    dataset = load_sample()
    for split in (dataset.train, dataset.validation, dataset.test):
        np.testing.assert_array_equal(split.images, images[split.index])
        np.testing.assert_array_equal(split.labels, labels[split.index])


def test_split_is_stratified_and_shares_out_everything() -> None:
    dataset = load_sample()
    splits = (dataset.train, dataset.validation, dataset.test)
    assert [np.bincount(split.labels).tolist() for split in splits] == [[400] * 10, [50] * 10, [50] * 10]
    assert sorted(np.concatenate([split.index for split in splits])) == list(range(5000))
    assert dataset.is_sample
    assert dataset.name == "sample"


def test_split_never_changes() -> None:
    assert load_sample().fingerprint == "333082af175b09a5"


def test_another_seed_deals_otherwise() -> None:
    labels = file_order_labels()
    assert not np.array_equal(sample_positions(labels, 1)["test"], sample_positions(labels, 2)["test"])


def test_refuses_other_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "IMAGES_MD5", "0" * 32)
    with pytest.raises(DataError, match=r"mnist_5k\.csv\.gz does not hold the MNIST digits"):
        read_sample()


def test_loads_no_estimators() -> None:
    code = "import sys; from core.data import load_sample; load_sample(); sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
