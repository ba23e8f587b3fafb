from __future__ import annotations

import os

import numpy as np
import pytest

from core.data.npz_cache import NpzCache

ROW = {"numbers": np.arange(5.0)}


def kept(cache: NpzCache) -> list[str]:
    return [key for key in "abc" if cache.path(key).exists()]


def test_arrays_come_back_by_name() -> None:
    cache = NpzCache("folder")
    assert cache.read("a") is None
    cache.write("a", {**ROW, "text": np.array(["x"])})
    arrays = cache.read("a")
    assert arrays is not None
    np.testing.assert_array_equal(arrays["numbers"], ROW["numbers"])
    assert arrays["text"].tolist() == ["x"]


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_damaged_file_is_no_file(content: bytes | None) -> None:
    cache = NpzCache("folder")
    cache.write("a", ROW)
    path = cache.path("a")
    path.write_bytes(path.read_bytes()[:-40] if content is None else content)
    assert cache.read("a") is None


def test_the_least_recently_used_go_first() -> None:
    cache = NpzCache("folder", most_files=2)
    for age, key in enumerate("ab"):
        cache.write(key, ROW)
        os.utime(cache.path(key), (age, age))
    cache.read("a")
    cache.write("c", ROW)
    assert kept(cache) == ["a", "c"]


def test_bytes_are_bounded() -> None:
    cache = NpzCache("folder")
    cache.write("a", ROW)
    size = cache.path("a").stat().st_size
    os.utime(cache.path("a"), (1, 1))
    bounded = NpzCache("folder", most_bytes=2 * size)
    bounded.write("b", ROW)
    assert kept(bounded) == ["a", "b"]
    os.utime(cache.path("b"), (2, 2))
    bounded.write("c", ROW)
    assert kept(bounded) == ["b", "c"]


def test_a_folder_that_cannot_be_made_is_told() -> None:
    cache = NpzCache("folder")
    cache.path("a").parent.parent.mkdir(parents=True)
    cache.path("a").parent.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="folder"):
        cache.write("a", ROW)
