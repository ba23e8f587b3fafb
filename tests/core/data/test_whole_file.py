from __future__ import annotations

from pathlib import Path

import pytest

from core.data.whole_file import whole_file


def test_a_file_appears_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "answer.txt"
    with whole_file(path) as staging:
        staging.write_text("42")
        assert staging.parent == path.parent and not path.exists()
    assert path.read_text() == "42"
    assert list(path.parent.iterdir()) == [path]


def test_an_error_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "answer.txt"
    path.write_text("before")

    def write_half() -> None:
        with whole_file(path) as staging:
            staging.write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_half()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_before_anything_was_written_is_the_one_that_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing yet"), whole_file(tmp_path / "answer.txt"):
        raise ValueError("nothing yet")
    assert not list(tmp_path.iterdir())
