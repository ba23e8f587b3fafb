from __future__ import annotations

import gzip
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.data import sources
from core.data.archive import IDX_NAMES
from core.data.dataset import Arrays
from core.data.sources import cache_path, is_opened, keras_path, load_dataset
from tests.core.data.idx_files import idx_bytes

pytestmark = pytest.mark.data


def write_npz(path: Path, arrays: Arrays) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays._asdict())
    return path


def write_idx(folder: Path, arrays: Arrays, *, dot: bool = False, packed: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, stem in IDX_NAMES.items():
        content = idx_bytes(getattr(arrays, name))
        file = folder / ((stem.replace("-idx", ".idx") if dot else stem) + (".gz" if packed else ""))
        file.write_bytes(gzip.compress(content) if packed else content)


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "named"
    folder.mkdir()
    monkeypatch.setenv("DIGITLAB_DATA_DIR", str(folder))
    return folder


def test_named_folder_wins_over_caches(named: Path, small_mnist: Arrays) -> None:
    write_npz(named / "mnist.npz", small_mnist)
    write_npz(cache_path(), small_mnist)
    assert load_dataset().origin == f"The full MNIST, from {named} (`DIGITLAB_DATA_DIR`)."


def test_own_cache_wins_over_keras(small_mnist: Arrays) -> None:
    write_npz(keras_path(), small_mnist)
    assert load_dataset().origin == f"The full MNIST, from Keras' cache: {keras_path()}."
    write_npz(cache_path(), small_mnist)
    assert load_dataset().origin == f"The full MNIST, from Digit Lab's cache: {cache_path()}."


def test_sample_when_nothing_is_there() -> None:
    dataset = load_dataset()
    assert dataset.is_sample
    assert dataset.notices == ()


@pytest.mark.parametrize("dot", [False, True])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("below", ["", "MNIST/raw"])
def test_idx_files_of_every_usual_name(named: Path, small_mnist: Arrays, dot: bool, packed: bool, below: str) -> None:
    write_idx(named / below, small_mnist, dot=dot, packed=packed)
    np.testing.assert_array_equal(load_dataset().test.images, small_mnist.x_test)


def test_real_mnist_opens(full_arrays: Arrays, named: Path) -> None:
    write_idx(named, full_arrays)
    assert load_dataset().fingerprint == "9e4511b523ac0ac3"


def passed_over() -> str:
    """What is said of the one place that was passed over for the sample."""
    dataset = load_dataset()
    assert dataset.is_sample
    [notice] = dataset.notices
    return notice


def test_named_folder_without_mnist_says_what_is_missing(named: Path, small_mnist: Arrays) -> None:
    write_idx(named, small_mnist)
    (named / IDX_NAMES["y_test"]).unlink()
    assert re.search(r"holds neither mnist\.npz nor t10k-labels-idx1-ubyte\. .*unset the variable", passed_over())


def test_named_folder_that_does_not_exist(named: Path) -> None:
    named.rmdir()
    assert f"{named} is not a folder." in passed_over()


def test_named_file_that_is_truncated_is_refused(named: Path, small_mnist: Arrays) -> None:
    path = write_npz(named / "mnist.npz", small_mnist)
    path.write_bytes(path.read_bytes()[:5000])
    assert "mnist.npz is truncated or not an archive" in passed_over()


def test_the_next_place_is_asked_where_the_named_folder_is_not_whole(
    named: Path, small_mnist: Arrays, caplog: pytest.LogCaptureFixture
) -> None:
    write_npz(cache_path(), small_mnist)
    dataset = load_dataset()
    assert "Digit Lab's cache" in dataset.origin
    assert dataset.notices[0].startswith(f"{named} (`DIGITLAB_DATA_DIR`) was skipped: {named} holds neither")
    assert dataset.notices[0] in caplog.text


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 nor this"])
def test_damaged_caches_are_passed_over_with_a_notice(small_mnist: Arrays, content: bytes) -> None:
    write_npz(keras_path(), small_mnist)
    cache_path().parent.mkdir(parents=True)
    cache_path().write_bytes(content)
    dataset = load_dataset()
    assert "Keras" in dataset.origin
    [notice] = dataset.notices
    assert notice.startswith(f"Digit Lab's cache: {cache_path()} was skipped: {cache_path()} is truncated")


def test_both_caches_damaged_falls_back_to_the_sample() -> None:
    for path in (cache_path(), keras_path()):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
    dataset = load_dataset()
    assert dataset.is_sample
    assert [notice.partition(":")[0] for notice in dataset.notices] == ["Digit Lab's cache", "Keras' cache"]


def test_wrong_pixel_is_found(named: Path, small_mnist: Arrays) -> None:
    images = small_mnist.x_train.copy()
    images[0, 0, 0] ^= 1
    write_npz(named / "mnist.npz", small_mnist._replace(x_train=images))
    assert "mnist.npz is not the published MNIST: the MD5 of x_train" in passed_over()


def test_is_opened_once_and_again_when_the_file_changes(small_mnist: Arrays) -> None:
    path = write_npz(cache_path(), small_mnist)
    assert not is_opened()
    first = load_dataset()
    assert load_dataset() is first
    assert is_opened()
    os.utime(path, (1, 1))
    assert not is_opened(), "so that a page says that it reads"
    assert load_dataset() is not first


def test_a_finished_download_replaces_the_sample(small_mnist: Arrays) -> None:
    assert load_dataset().is_sample
    write_npz(cache_path(), small_mnist)
    assert not load_dataset().is_sample


def test_threads_share_one_copy(small_mnist: Arrays, monkeypatch: pytest.MonkeyPatch) -> None:
    write_npz(cache_path(), small_mnist)
    reads: list[Path] = []
    read_npz = sources.read_npz
    monkeypatch.setattr(sources, "read_npz", lambda path: reads.append(path) or read_npz(path))
    with ThreadPoolExecutor(8) as threads:
        datasets = list(threads.map(lambda _: load_dataset(), range(16)))
    assert len(reads) == 1
    assert all(dataset is datasets[0] for dataset in datasets)
