from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import DataError, ReadOnlyError
from core.ui.remembered import recall, remember


def test_each_owner_has_their_own() -> None:
    remember("ann", "pins", [1, {"a": "ä"}])
    assert recall("ann", "pins") == [1, {"a": "ä"}]
    assert recall("bob", "pins") is None
    assert recall("ann", "steps") is None


def test_no_name_of_an_owner_is_on_the_disk(home: Path) -> None:
    remember("../../ann@example.org", "pins", [])
    (kept,) = (path for path in home.rglob("*") if path.is_file())
    assert kept.name == "pins.json"
    assert "ann" not in str(kept.relative_to(home))


def test_what_is_damaged_counts_as_nothing(home: Path) -> None:
    remember("ann", "pins", [1])
    (kept,) = home.rglob("pins.json")
    kept.write_text("[1, ")
    assert recall("ann", "pins") is None


def test_read_only_keeps_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError, match="read-only"):
        remember("ann", "pins", [1])
    assert not home.exists()


def test_a_folder_that_cannot_be_made_is_said(home: Path) -> None:
    home.write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"pins\.json could not be stored"):
        remember("ann", "pins", [1])
