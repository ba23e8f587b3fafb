from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Split
from core.data.files import batches
from core.data.sample import load_sample
from tests.core.data.forms import FORMS, kaggle, kaggle_test


@pytest.fixture
def some() -> Split:
    """200 digits of the sample, those of several kinds in each form."""
    split = load_sample().validation
    return Split(split.images[:200], split.labels[:200], split.index[:200])


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    found = list(batches(path))
    labels = [batch.labels for batch in found if batch.labels is not None]
    return np.concatenate([np.asarray(batch.pictures) for batch in found]), np.concatenate(labels)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_very_pictures_and_labels(form: str, some: Split, tmp_path: Path) -> None:
    images, labels = read(FORMS[form](tmp_path, some.images, some.labels))
    ours, theirs = np.lexsort(images.reshape(200, -1).T), np.lexsort(some.images.reshape(200, -1).T)
    np.testing.assert_array_equal(images[ours], some.images[theirs])
    np.testing.assert_array_equal(labels[ours], some.labels[theirs])


def test_kaggles_whole_download_is_read_with_what_has_no_labels(some: Split, tmp_path: Path) -> None:
    kaggle(tmp_path, some.images[:150], some.labels[:150])
    kaggle_test(tmp_path, some.images[150:])
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n2,0\n")
    found = {batch.source: batch for batch in batches(tmp_path)}
    assert {name: len(batch) for name, batch in found.items()} == {"train.csv": 150, "test.csv": 50}
    assert found["test.csv"].labels is None


def test_many_blocks_of_a_csv_are_read_one_after_the_other(
    some: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.files.delimited.BLOCK", 20_000)
    images, labels = read(kaggle(tmp_path, some.images, some.labels))
    np.testing.assert_array_equal(images, some.images)
    np.testing.assert_array_equal(labels, some.labels)


def test_qmnists_labels_are_the_first_of_eight_columns(some: Split, tmp_path: Path) -> None:
    import struct

    from tests.core.data.idx_files import idx_bytes

    rows = np.zeros((200, 8), ">i4")
    rows[:, 0], rows[:, 1] = some.labels, 4
    (tmp_path / "qmnist-test-images-idx3-ubyte").write_bytes(idx_bytes(some.images))
    header = struct.pack(">HBB2I", 0, 0x0C, 2, 200, 8)
    (tmp_path / "qmnist-test-labels-idx2-int").write_bytes(header + rows.tobytes())
    images, labels = read(tmp_path)
    np.testing.assert_array_equal(images, some.images)
    np.testing.assert_array_equal(labels, some.labels)


def test_the_table_of_an_export_labels_its_pictures(some: Split, tmp_path: Path) -> None:
    from core.data.exports import write_averages, write_images

    write_averages(some, tmp_path)
    write_images(some, range(20), tmp_path)
    images, labels = read(tmp_path)
    np.testing.assert_array_equal(images, some.images[:20])
    np.testing.assert_array_equal(labels, some.labels[:20])
