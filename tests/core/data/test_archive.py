from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.data import archive
from core.data.archive import IDX_MD5, idx_md5, read_idx, read_npz
from core.data.dataset import Arrays
from core.errors import DataError
from tests.core.data.idx_files import idx_bytes

pytestmark = pytest.mark.data


@settings(max_examples=30)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3, max_side=5)), st.booleans())
def test_idx_round_trip(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, packed: bool) -> None:
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(idx_bytes(array)) if packed else idx_bytes(array))
    np.testing.assert_array_equal(read_idx(path), array)


def test_header_is_that_of_the_published_format() -> None:
    # "0x00000803(2051) magic number", then the sizes, most significant byte first: http://yann.lecun.com/exdb/mnist/
    header = struct.pack(">4i", 2051, 2, 28, 28)
    assert idx_bytes(np.zeros((2, 28, 28), np.uint8)) == header + bytes(2 * 784)


def test_real_mnist_has_the_published_md5s(full_arrays: Arrays) -> None:
    assert {name: idx_md5(array) for name, array in full_arrays._asdict().items()} == IDX_MD5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file of unsigned bytes"),
        (b"\x00\x00\x08", "truncated: it ends inside its header"),
        (b"\x00\x00\x08\x03\x00", "truncated: it ends inside its header"),
        (b"\x1f\x8b half a gzip", "truncated or cannot be read"),
        (gzip.compress(idx_bytes(np.zeros(9, np.uint8)), mtime=0)[:-9], "truncated or cannot be read"),
        (b"<html>404</html>", "not an IDX file of unsigned bytes: it begins with 3c 68 74 6d"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x00", "not an IDX file of unsigned bytes"),
        (idx_bytes(np.zeros(9, np.uint8))[:-2], "7 bytes of pixels or labels instead of 9"),
        (idx_bytes(np.zeros(9, np.uint8)) + b"x", "10 bytes of pixels or labels instead of 9"),
    ],
)
def test_bad_idx_is_refused_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "t10k-labels-idx1-ubyte"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"t10k-labels-idx1-ubyte is .*{message}"):
        read_idx(path)


def test_images_and_labels_of_unequal_number_are_refused(tmp_path: Path, small_mnist: Arrays) -> None:
    path = tmp_path / "mnist.npz"
    np.savez(path, **small_mnist._replace(y_train=small_mnist.y_train[:-1])._asdict())
    with pytest.raises(DataError, match=r"y_train must be \(100,\) uint8; got \(99,\) uint8"):
        read_npz(path)


def test_archive_without_an_array_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "mnist.npz", x_train=np.zeros(3))
    with pytest.raises(DataError, match=r"mnist\.npz is truncated or not an archive of MNIST \(y_train"):
        read_npz(tmp_path / "mnist.npz")


def test_pickles_are_not_opened(tmp_path: Path, small_mnist: Arrays) -> None:
    np.savez(tmp_path / "mnist.npz", **small_mnist._replace(y_test=np.array([{}], object))._asdict())
    with pytest.raises(DataError, match="not an archive of MNIST"):
        read_npz(tmp_path / "mnist.npz")


def test_a_folder_one_may_not_enter_counts_as_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "is_file", refuse)
    assert archive.npz_path(tmp_path) is None


def test_a_file_that_unpacks_to_more_than_mnist_is_not_unpacked_whole(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("core.data.archive.LARGEST", 1_000)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 9]) + bytes(10**7)))
    with pytest.raises(DataError, match="993 bytes of pixels or labels instead of 9"):
        read_idx(path)
